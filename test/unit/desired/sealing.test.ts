import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../../../reconciler/desired/check.ts';
import { read } from '../../../reconciler/desired/read.ts';
import { recipientsOf, sealings, unsealed } from '../../../reconciler/desired/sealing.ts';
import { base, snapshot, type Files } from './coop.ts';

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../../fixtures/secrets', name), 'utf8');
const line = (name: string): string => fixture(`${name}.pub`).split(' ').slice(0, 2).join(' ');
const secret = (hosts: string): string => `hosts: [${hosts}]\nsealed: |\n${fixture('ada-db-password.age').replaceAll(/^(?=.)/gm, '  ')}`;
const path = 'members/ada/secrets/db-password.yaml';

/** Hosts with keys, people who sign with some. */
function coop(hosts: { readonly [name: string]: string }, signing: { readonly [member: string]: string }, more: Files = {}): Files {
  return {
    ...Object.fromEntries(Object.entries(hosts).map(([name, key]) => [`hosts/${name}.yaml`, `${base[`hosts/${name}.yaml`]}ssh-host-key: ${line(key)}\n`])),
    ...Object.fromEntries(Object.entries(signing).map(([name, keys]) => [`members/${name}/member.yaml`, `${base[`members/${name}/member.yaml`]}signing-keys: [${keys}]\n`])),
    ...more,
  };
}

describe('a secret that a host cannot open', () => {
  const rebuilt = snapshot(coop({ main: 'host-two' }, { ada: line('ada') }, { [path]: secret('main') }));

  it('is said, at the host that needs it', () => {
    expect(unsealed(rebuilt)).toMatchObject([{ code: 'secret/not-sealed-to-host', owner: 'member:ada', hint: 'croft secret rotate db-password', source: { file: `desired-state/${path}`, line: 1, column: 9 } }]);
  });

  it('holds nobody: a rebuilt host must not stop what its members do', () => {
    const { problems, value } = check(rebuilt);
    expect(problems).toEqual([]);
    expect(value?.secrets).toMatchObject([{ name: 'db-password', owner: 'member:ada' }]);
  });

  it('is not said of one that it can', () => {
    expect(unsealed(snapshot(coop({ main: 'host-one' }, { ada: line('ada') }, { [path]: secret('main') })))).toEqual([]);
  });
});

describe('how a secret is sealed', () => {
  it.each([
    ['as it should be', { main: 'host-one' }, { ada: line('ada') }, 'main', [], 0],
    ['not for a second host', { main: 'host-one', dynamic: 'host-two' }, { ada: line('ada') }, 'main, dynamic', ['dynamic'], 0],
    ['not for another key of its owner', { main: 'host-one' }, { ada: `${line('ada')}, ${line('bob')}` }, 'main', ['ada'], 0],
    ['for a key that was revoked', { main: 'host-one' }, { ada: `{ key: ${line('ada')}, revoked: 2026-01-01 }` }, 'main', [], 1],
    ['for the key of a host that is no more', { main: 'host-two' }, { ada: line('ada') }, 'main', ['main'], 1],
    ['for nobody of today', { main: 'host-two' }, { ada: line('bob') }, 'main', ['main', 'ada'], 2],
  ] as const)('is known by tags alone: %s', (_, hosts, signing, needed, missing, others) => {
    const { value: documents } = read(snapshot(coop(hosts, signing, { [path]: secret(needed) })));
    expect(sealings(documents).map((each) => ({ missing: each.missing.map(({ name }) => name), others: each.others }))).toEqual([{ missing, others }]);
  });

  it("is to the co-op's admins where it is the co-op's, and to ed25519 keys only", () => {
    const { value: documents } = read(snapshot(coop({ main: 'host-one' }, { dana: line('dana'), ada: line('ada') })));
    expect(recipientsOf('coop', ['main'], documents).map(({ name }) => name)).toEqual(['main', 'dana']);
    expect(recipientsOf('member:ada', ['main'], documents).map(({ name }) => name)).toEqual(['main', 'ada']);
    expect(recipientsOf('member:bob', ['dynamic'], documents)).toEqual([]);
  });
});
