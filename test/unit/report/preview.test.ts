/**
 * Golden cases: each change of cases.ts beside what is told of it, as text with every line and as a forge's comment.
 * After a change that is meant, write them anew with `UPDATE=1 npx vitest run test/unit/report` and review the difference.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { hasUnseen } from '../../../reconciler/model/grammar/characters.ts';
import { markdownPage } from '../../../reconciler/report/markdown.ts';
import { formatPage } from '../../../reconciler/report/page.ts';
import { previewFacts } from '../../../reconciler/report/preview-facts.ts';
import { previewPage } from '../../../reconciler/report/preview-page.ts';
import { standingOf } from '../../../reconciler/report/preview.ts';
import { hash } from '../desired/coop.ts';
import { cases, verdict } from './cases.ts';
import { previewed } from './compare.ts';

const goldens = join(import.meta.dirname, 'goldens');
const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../../schemas/output/preview.schema.json'), 'utf8')) as object;

function golden(name: string, said: string): void {
  const file = join(goldens, name.replaceAll(/[ ,]+/g, '-'));
  if (process.env['UPDATE'] !== undefined) {
    mkdirSync(goldens, { recursive: true });
    writeFileSync(file, `${said}\n`);
  }
  expect(`${said}\n`).toBe(readFileSync(file, 'utf8'));
}

describe('what an author reads', () => {
  it.each(Object.entries(cases))('%s', async (name, proposed) => {
    const preview = await previewed(proposed);
    const text = formatPage(previewPage(preview, () => '3 minutes ago'), { paint: (_, each) => each, folded: false });
    const markdown = markdownPage(previewPage(preview, () => 'at 2026-11-23 14:03 UTC'), 'croft preview');
    golden(`${name}.txt`, text);
    golden(`${name}.md`, markdown);
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);
    expect(validate(JSON.parse(JSON.stringify(previewFacts(preview)))), JSON.stringify(validate.errors)).toBe(true);
    for (const said of [text, markdown, JSON.stringify(previewFacts(preview))]) {
      expect(hasUnseen(said)).toBe(false);
      expect(said).not.toContain(hash.slice(4, 30));
    }
  });

  it('of three hundred new members each is a line, with what admins decide on, and the rest is counted', async () => {
    const crowd = Array.from({ length: 300 }, (_, index) => [
      [`members/m${index}/member.yaml`, `name: M\nuid: ${11_000 + index}\nlimits: small\nemail: m@elsewhere.example\ndomains: [m${index}.example]\n`],
      [`members/m${index}/vhosts/www.m${index}.example.yaml`, 'static: {root: www}\n'],
      [`members/m${index}/zones/m${index}.example.yaml`, 'records:\n  - {name: nas, type: A, address: 198.51.100.7}\n'],
    ] as const).flat();
    const preview = await previewed({ change: Object.fromEntries(crowd) });
    const authority = { trust: true, verdicts: crowd.map(([path]) => verdict(`desired-state/${path}`, { risk: 'red', signers: ['dana', 'judy'] })) };
    const lines = formatPage(previewPage({ ...preview, authority }, () => 'now'), { paint: (_, each) => each, folded: true }).split('\n');
    expect(lines.length).toBeLessThan(400);
    for (const index of [0, 7, 299]) expect(lines).toContain(`  m${index}  + member uid ${11_000 + index}, limits small  + domain m${index}.example  + site  + zone`);
    expect(lines).toContain('  and 290 more members, who use no greater part of theirs');
    expect(lines).toContain('  and 850 more paths, signed by who may change them');
    expect(lines.filter((each) => each.length > 400)).toEqual([]);
    expect(lines.filter((each) => /; touches m0, m1, m10, m100, .*, 290 more members and the co-op, nobody else$/.test(each))).toHaveLength(2);
  });

  it('the same input gives the same bytes', async () => {
    const [first, second] = [await previewed({ change: { 'members/ada/vhosts/shop.ada.example.yaml': 'static: {root: shop}\n' } }), await previewed({ change: { 'members/ada/vhosts/shop.ada.example.yaml': 'static: {root: shop}\n' } })];
    expect(JSON.stringify(previewFacts(first))).toBe(JSON.stringify(previewFacts(second)));
  });

  it('tells the commits of the change and none before it', async () => {
    const { commits } = await previewed({ meanwhile: { 'limits/small.yaml': null, 'limits/tiny.yaml': 'x' }, change: {}, message: 'only this' });
    expect(commits.map(({ subject }) => subject)).toEqual(['only this']);
  });

  it.each([
    ['invalid', [verdict('a', { allowed: false })], 1],
    ['refused', [verdict('a', { allowed: false }), verdict('b', { risk: 'red' })], 0],
    ['red', [verdict('a', { risk: 'amber' }), verdict('b', { risk: 'red' })], 0],
    ['amber', [verdict('a', { risk: 'amber' }), verdict('b')], 0],
    ['green', [verdict('a')], 0],
    ['green', [], 0],
  ] as const)('sums up as %s', (word, verdicts, mistakes) => {
    const problem = { code: 'a/b', message: 'cannot', owner: 'coop', source: { file: 'x', line: 1, column: 1 } } as const;
    expect(standingOf({ problems: mistakes === 0 ? [] : [problem], holds: [], guards: [], authority: { trust: true, verdicts } })).toBe(word);
  });
});
