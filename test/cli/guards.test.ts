import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base } from '../scenarios/story.ts';
import { croft, stage, type Stage } from './croft.ts';

const bobsZone = 'members/bob/zones/bob.example.yaml';
const file = 'etc/bind/croft/zones/bob.example.zone';

let on: Stage;
let founded: string;
beforeAll(async () => {
  on = await stage();
  const crowd = Array.from({ length: 6 }, (_, index) => [`members/m${index}/member.yaml`, `name: Somebody\nuid: ${11_000 + index}\nlimits: regular\nemail: m${index}@outside.example\n`]);
  founded = await on.commit(Object.fromEntries(crowd));
  expect(croft(['reconcile', ...on.where]).status).toBe(0);
});
afterAll(() => rmSync(on.directory, { recursive: true }));

function valid(name: string, text: string): { readonly guards: readonly unknown[] } {
  const facts: unknown = JSON.parse(text);
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile<{ guards: unknown[] }>(JSON.parse(readFileSync(join(import.meta.dirname, `../../schemas/output/${name}.schema.json`), 'utf8')) as object);
  if (!validate(facts)) throw new Error(JSON.stringify(validate.errors));
  return facts;
}

/** The entry that somebody would copy from a terminal. */
function entries(text: string): string {
  return text.split('\n').filter((line) => line.trim().startsWith('- { guard:')).join('\n');
}

describe('a zone that is taken away', () => {
  it('is kept, everything else is done, and the status is 4 with the entry that lets it pass', async () => {
    await on.commit({ [bobsZone]: null, 'members/ada/vhosts/new.ada.example.yaml': 'static:\n  root: web/new\n' });
    const preview = croft(['preview', '--repo', on.repository, '--base', founded, '--head', 'main']);
    expect([preview.status, entries(preview.stdout)]).toEqual([4, expect.stringContaining('zone:bob.example')]);
    expect(valid('preview', croft(['preview', '--repo', on.repository, '--base', founded, '--head', 'main', '--format', 'json']).stdout).guards).toHaveLength(1);
    const plan = croft(['plan', ...on.where]);
    expect([plan.status, entries(plan.stdout)]).toEqual([4, expect.stringContaining('zone:bob.example')]);
    expect(valid('plan', croft(['plan', ...on.where, '--format', 'json']).stdout).guards).toHaveLength(1);
    const run = croft(['reconcile', ...on.where]);
    expect(run.status, run.stderr).toBe(4);
    expect(run.stdout).toContain('cannot remove the zone bob.example with its records: nobody finds any name in it then [guard/zone]');
    expect(run.stdout).toContain('desired-state/coop/allowances.yaml');
    expect(existsSync(join(on.directory, 'one', file))).toBe(true);
    expect(existsSync(join(on.directory, 'one/etc/apache2/croft/sites/new.ada.example.conf'))).toBe(true);
    expect(valid('reconcile', croft(['reconcile', ...on.where, '--format', 'json']).stdout).guards).toHaveLength(1);
  });

  it('is explained by the documents that are in force for her, and who gave the domain', () => {
    const said = croft(['why', 'bob.example', ...on.where]);
    expect(said.stderr).toBe('');
    expect(said.stdout).toContain(`zone bob.example  bob\n  desired-state/${bobsZone}:1:1\n  `);
    expect(said.stdout).toContain('domain bob.example  bob\n  desired-state/members/bob/member.yaml');
    expect(said.stdout).toContain('held: bob; what came since is not used');
    expect(croft(['why', 'bob', ...on.where]).stdout).toContain('Dana: ');
  });

  it('goes when the entry, as it was printed, is in the commit', async () => {
    const { stdout } = croft(['reconcile', ...on.where, '--dry-run']);
    await on.commit({ 'coop/allowances.yaml': `allowances:\n${entries(stdout)}\n` });
    expect(croft(['check', '--repo', on.repository]).status).toBe(0);
    const run = croft(['reconcile', ...on.where]);
    expect(run.status, run.stdout).toBe(0);
    expect(existsSync(join(on.directory, 'one', file))).toBe(false);
  });

  it('does not go a second time by the same entry', async () => {
    await on.commit({ [bobsZone]: String(base().get(`desired-state/${bobsZone}`)) });
    expect(croft(['reconcile', ...on.where]).status).toBe(0);
    await on.commit({ [bobsZone]: null });
    for (const options of [['--dry-run'], []]) {
      const run = croft(['reconcile', ...on.where, ...options]);
      expect([run.status, run.stdout]).toEqual([4, expect.stringContaining('; of the 1 that desired-state/coop/allowances.yaml:2 allows, 1 are used up: raise it to 2, or add another one with a reason of its own [guard/zone]')]);
    }
    expect(existsSync(join(on.directory, 'one', file))).toBe(true);
    await on.commit({ [bobsZone]: String(base().get(`desired-state/${bobsZone}`)) });
    expect(croft(['reconcile', ...on.where]).status).toBe(0);
  });
});

describe('what a host remembers of the co-op', () => {
  it.each(['is gone', 'is damaged'])('is told when it %s, and is written anew', async (how) => {
    const copy = join(on.directory, 'one/var/lib/croft/handover.jsonl');
    if (how === 'is gone') rmSync(copy); else writeFileSync(copy, readFileSync(copy, 'utf8').slice(0, 20));
    await on.commit({ 'members/ada/vhosts/other.ada.example.yaml': `static:\n  root: web/${how.replace(' ', '-')}\n` });
    const run = croft(['reconcile', ...on.where]);
    expect([run.status, run.stdout]).toEqual([0, expect.stringContaining('/var/lib/croft/handover.jsonl is missing or cannot be read – the guard shrunken goes by what the inventory names')]);
    await on.commit({ 'members/ada/vhosts/other.ada.example.yaml': null });
    expect(croft(['reconcile', ...on.where]).stdout).not.toContain('handover.jsonl');
  });
});

describe('half of the members taken away', () => {
  it('stops the whole run, which changes nothing and believes nothing new', async () => {
    await on.commit({
      ...Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`members/m${index}/member.yaml`, null])), 'members/ada/vhosts/more.ada.example.yaml': 'static:\n  root: web/more\n',
    });
    const run = croft(['reconcile', ...on.where]);
    expect(run.status, run.stderr).toBe(4);
    expect(run.stdout).toContain('refused, nothing changed');
    expect(run.stdout).toContain('nothing is done on this host');
    expect(existsSync(join(on.directory, 'one/etc/apache2/croft/sites/more.ada.example.conf'))).toBe(false);
    expect(valid('reconcile', readFileSync(join(on.directory, 'one/var/lib/croft/report.json'), 'utf8')).guards).toHaveLength(1);
    expect(croft(['reconcile', ...on.where]).status).toBe(4);
  });

  it('has no option that lets it pass, and an allowance that has ended is told and does not', async () => {
    for (const option of ['--force', '--allow', '--yes']) expect(croft(['reconcile', ...on.where, option]).status).toBe(1);
    await on.commit({ 'coop/allowances.yaml': 'allowances:\n  - { guard: members-leaving, object: coop, count: 5, reason: a year ago, from: 2024-12-24, until: 2024-12-31 }\n' });
    const late = croft(['reconcile', ...on.where]);
    expect([late.status, late.stdout]).toEqual([4, expect.stringContaining('the allowance of members-leaving for coop ended on 2024-12-31: it lets nothing pass')]);
    await on.commit({ 'coop/allowances.yaml': `allowances:\n${entries(late.stdout)}\n` });
    const run = croft(['reconcile', ...on.where]);
    expect(run.status, run.stdout).toBe(0);
    expect(existsSync(join(on.directory, 'one/etc/apache2/croft/sites/more.ada.example.conf'))).toBe(true);
  });
});
