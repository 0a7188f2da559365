import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../../../reconciler/desired/check.ts';
import { formatProblem } from '../../../reconciler/model/problem.ts';
import type { DesiredState } from '../../../reconciler/model/desired.ts';
import { tellStates } from '../../../reconciler/report/declared/declared.ts';
import { base, snapshot, type Files } from '../desired/coop.ts';
import { key } from './cases.ts';

/** What a field may become, in the place of what it was or as a line more, and what is to be read of that. */
interface Sample {
  readonly was?: string;
  readonly becomes: string;
  readonly says: readonly string[];
}

/** Two signers, so that trust may be on. */
const start: Files = {
  ...base,
  'cluster.yaml': `${base['cluster.yaml']}trust: {approvals: 2}\n`,
  'members/dana/member.yaml': `${base['members/dana/member.yaml']}signing-keys: [${key(1)}]\n`,
};

const kinds: { readonly [kind: string]: { readonly file: string; readonly fields: { readonly [field: string]: Sample } } } = {
  cluster: {
    file: 'cluster.yaml',
    fields: {
      name: { was: 'name: Fairmeadow', becomes: 'name: Fairhill', says: ['Fairmeadow', 'Fairhill'] },
      domain: { was: 'domain: fairmeadow.example', becomes: 'domain: fairhill.example', says: ['fairhill.example'] },
      contact: { was: 'hostmaster@', becomes: 'root@', says: ['root@fairmeadow.example'] },
      admins: { was: '[dana]', becomes: '[dana, bob]', says: ['admins +bob'] },
      dns: { becomes: 'dns: {ttl-seconds: 60}', says: ['3600 → 60'] },
      retired: { becomes: 'retired: {grace-days: 0}', says: ['30 → 0'] },
      trust: { was: 'trust: {approvals: 2}', becomes: '', says: ['TRUST IS SWITCHED OFF: from then on whoever can push is believed'] },
      'trust.approvals': { was: 'approvals: 2', becomes: 'approvals: 1', says: ['2 → 1'] },
      'trust.merge-keys': { was: 'approvals: 2', becomes: `merge-keys: [${key(5)} forge]`, says: ['merge keys +SHA256:', 'forge'] },
      'trust.kick-key': { was: 'approvals: 2', becomes: `kick-key: ${key(5)} git@main`, says: ['kick key none → SHA256:', 'git@main'] },
    },
  },
  host: {
    file: 'hosts/main.yaml',
    fields: {
      debian: { was: 'debian: 12', becomes: 'debian: 13', says: ['12 → 13'] },
      addresses: { was: '192.0.2.11', becomes: '192.0.2.15', says: ['192.0.2.11 → 192.0.2.15'] },
      services: { was: ', mail', becomes: ', web-dynamic, mail', says: ['+web-dynamic'] },
      login: { was: 'shell: admins', becomes: 'shell: everyone', says: ['shell for admins → everyone'] },
      key: { becomes: `key: ${key(5)}`, says: ['key none → SHA256:'] },
      'ssh-host-key': { becomes: `ssh-host-key: ${key(5)}`, says: ['ssh host key none → SHA256:'] },
    },
  },
  member: {
    file: 'members/bob/member.yaml',
    fields: {
      name: { was: 'name: Bob', becomes: 'name: Robert', says: ['Robert'] },
      uid: { was: '10002', becomes: '10022', says: ['10002 → 10022'] },
      state: { becomes: 'state: suspended', says: ['active → suspended'] },
      limits: { was: 'small', becomes: 'regular', says: ['small → regular'] },
      email: { was: 'bob@elsewhere', becomes: 'robert@elsewhere', says: ['robert@elsewhere.example'] },
      shell: { becomes: 'shell: zsh', says: ['bash → zsh'] },
      domains: { was: '[bob.example]', becomes: '[bob.example, bob2.example]', says: ['domain bob2.example', 'croft prove bob2.example --member bob'] },
      ports: { becomes: 'ports: [20042]', says: ['+20042'] },
      'ssh-keys': { becomes: `ssh-keys: [${key(5)} bob@laptop]`, says: ['bob@laptop'] },
      'signing-keys': { becomes: `signing-keys: [${key(5)} bob@laptop]`, says: ['signing key SHA256:', 'bob@laptop'] },
      delegates: { becomes: 'delegates: [{domain: shop.bob.example, to: erin}]', says: ['delegation shop.bob.example', 'to erin'] },
    },
  },
};

/** For people, and told to nobody. */
const notes: readonly string[] = ['description'];

function stateOf(files: Files): DesiredState {
  const { value, problems } = check(snapshot({ ...start, ...files }));
  expect(problems.map(formatProblem)).toEqual([]);
  if (value === null) throw new Error('the co-op of this test makes no state');
  return value;
}

describe.each(Object.entries(kinds))('what changes in the document of a %s', (kind, { file, fields }) => {
  it('has a sample for each field of its schema', () => {
    const { properties } = JSON.parse(readFileSync(join(import.meta.dirname, `../../../schemas/${kind}.schema.json`), 'utf8')) as { readonly properties: object };
    expect(Object.keys(fields).filter((field) => !field.includes('.')).sort()).toEqual(Object.keys(properties).filter((field) => !notes.includes(field)).sort());
  });

  it.each(Object.entries(fields))('is told with its value: %s', (_, { was, becomes, says }) => {
    const text = String(start[file]);
    const changed = was === undefined ? `${text}${becomes}\n` : text.replace(was, becomes);
    expect(changed).not.toBe(text);
    const renamed: Files = becomes === 'domain: fairhill.example' ? moved() : {};
    const told = tellStates(stateOf({}), stateOf({ ...renamed, ...bobSigns(becomes), [file]: changed })).map(({ what, name, says: said }) => `${what} ${name} ${said}`);
    for (const part of says) expect(told.join('\n')).toContain(part);
  });
});

/** The co-op's own zone and site have its name. */
function moved(): Files {
  return { 'coop/zones/fairmeadow.example.yaml': null, 'coop/vhosts/www.fairmeadow.example.yaml': null };
}

/** Where trust is on, each admin has a key. */
function bobSigns(becomes: string): Files {
  return becomes === '[dana, bob]' ? { 'members/bob/member.yaml': `${base['members/bob/member.yaml']}signing-keys: [${key(2)}]\n` } : {};
}
