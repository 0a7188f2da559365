import { expect, test } from 'vitest';
import { hasUnseen } from '../../reconciler/model/grammar/characters.ts';
import { formatProblem } from '../../reconciler/model/problem.ts';
import { check } from '../../reconciler/desired/check.ts';
import { formatPlan, planFacts } from '../../reconciler/report/plan.ts';
import { oneLine, printable } from '../../reconciler/report/printable.ts';
import { bare, byHand, discard, planned, run } from '../scenarios/drive.ts';
import { base, changed, snapshot } from '../scenarios/story.ts';
import { replaced } from './plant.ts';

const escapes = ['\u001b[2J\u001b]0;x\u0007 $(id) `id`', '\u009b2J', 'a\rb', '\u202egpj', '\u2066x', '\u200bx', '\ufeff', 'a\u2028b', '\u061c', '\u007f', '\u00ad'];

test.each(escapes)('nothing that people wrote moves the cursor of who reads a report: %j', (text) => {
  expect(hasUnseen(printable(text))).toBe(false);
  expect(oneLine(`${text}\n::error::x`)).not.toContain('\n');
});

test('a path that moves the cursor is told without moving it', () => {
  for (const name of ['\u001b[2J', 'a\nb', '\u202ea', 'a`b', 'x'.repeat(300)]) {
    const { problems } = check(replaced([[`desired-state/members/${name}/member.yaml`, 'name: X\n'], [`desired-state/members/ada/${name}.yaml`, 'x: 1\n']]));
    expect(problems.length).toBeGreaterThan(1);
    for (const problem of problems) {
      expect(hasUnseen(problem.message) || problem.message.includes('\n')).toBe(false);
      expect(hasUnseen(oneLine(formatProblem(problem)))).toBe(false);
    }
  }
});

test('no plan shows a password\'s hash, neither the new one nor the one on the host', async () => {
  const hash = '$6$zWUZsQ0r6EvmR6he$aZSxOgnZTjwF2LHQ0zpRX2eC7x1kxfp5qfl/xX7tAuRJTErvAK3Ce3jaXQrT7LN8WUGTUBRNM6frW728/phH11';
  const first = snapshot(base(), 0);
  const changedMail = snapshot(changed(base(), { 'members/ada/mailboxes/ada.example.yaml': `mailboxes:\n  ada: { password: ${hash} }\naliases:\n  info: [ada]\n` }), 1);
  const host = bare('one');
  try {
    await run(host, [first]);
    byHand(host, { replace: '/etc/dovecot/croft/passwd', from: 'ada@ada.example:{CRYPT}', to: 'ada@ada.example:{PLAIN}secret' });
    const { plan } = await planned(host, [first, changedMail]);
    const told = `${formatPlan(plan, (_, text) => text)}${JSON.stringify(planFacts(plan))}`;
    expect(told).toContain('/etc/dovecot/croft/passwd');
    for (const secret of [hash, hash.slice(20, 40), '$6$', 'PLAIN', 'secret', 'FQG8VNN87F34y2AQ6CLPqkz8nMDHJUvmGrvb1SvkwucrviQsWDe']) expect(told).not.toContain(secret);
  } finally {
    discard(host);
  }
});
