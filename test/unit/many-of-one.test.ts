/** Whatever one member has very many of takes as long as it is long, and no longer: a square of it would not end within the time of a test. */
import { expect, it, vi } from 'vitest';
import { check } from '../../reconciler/desired/check.ts';
import { aliasesStaySmall } from '../../reconciler/desired/rules/mail-graph.ts';
import type { World } from '../../reconciler/desired/world.ts';
import { takesOf, type Takes } from '../../reconciler/desired/takes.ts';
import { parseCommit } from '../../reconciler/git/objects.ts';
import { collisions } from '../../reconciler/git/oddity.ts';
import { trailersOf } from '../../reconciler/git/signed.ts';
import { holdsOf } from '../../reconciler/model/trusted.ts';
import { shares } from '../../reconciler/report/changes.ts';
import type { Change } from '../../reconciler/model/plan.ts';
import type { Problem } from '../../reconciler/model/problem.ts';
import { base, hash, snapshot } from './desired/coop.ts';

vi.setConfig({ testTimeout: 60_000 });

const many = 60_000;
const each = Array.from({ length: many }, (_, number) => number);

it('sixty thousand trailers of a commit', () => {
  const found = trailersOf(`a subject\n\n${each.map((number) => `Approves: ${number}\n`).join('')}`);
  expect([...found].map(([name, values]) => [name, values.length, values.at(-1)])).toEqual([['Approves', many, `${many - 1}`]]);
});

it('sixty thousand names that differ in case alone', () => {
  const letters = [...'abcdefghijklmnop'];
  const entries = each.map((number) => ({ name: letters.map((letter, place) => ((number >> place) & 1 ? letter.toUpperCase() : letter)).join(''), mode: '100644', oid: '0'.repeat(40) }));
  const { names, problems } = collisions('desired-state/members/ada', entries);
  expect([[...names], problems.length]).toEqual([[letters.join('')], 1]);
});

it('sixty thousand paths that wait for a signature', () => {
  const pending = each.map((number) => ({ path: `desired-state/members/ada/vhosts/${number}.yaml`, owner: 'member:ada', commit: 'b', since: 'a', signers: [], doubts: [], problems: [] }) as const);
  expect(holdsOf({ commit: 'b', tree: 'b', pending, overrides: new Map() })).toEqual([{ owner: 'member:ada', problems: [], lastGood: 'a' }]);
});

it('sixty thousand changes of one owner', () => {
  const source = { file: 'desired-state/members/ada/vhosts/a.yaml', line: 1, column: 1 };
  const changes = each.map((number): Change => ({
    verb: 'create', cause: 'pending', actual: null, differences: [],
    resource: { id: `file:/etc/${number}`, kind: 'file', name: `/etc/${number}`, owner: 'member:ada', source, needs: [], after: [], desired: {} },
  }));
  expect(shares(changes).map(({ owner, changes: theirs }) => [owner, theirs.length])).toEqual([['member:ada', many]]);
});

it('a name of a million characters in a commit, and headers of as many lines', () => {
  const people = (who: string, more = ''): Uint8Array => Buffer.from(`tree ${'1'.repeat(40)}\nauthor ${who} 17 +0100\ncommitter Ada <ada@x.example> 18 +0100\n${more}\nwords`);
  expect(parseCommit('a', people('<'.repeat(1_000_000)))?.revision).toMatchObject({ author: 'Ada', time: 18 });
  expect(parseCommit('a', people(`${'<'.repeat(1_000_000)}>`))?.revision).toMatchObject({ author: '<'.repeat(999_999) });
});

const problemsOf = (path: string, text: string): readonly Problem[] => check(snapshot({ [path]: text })).problems;

it('a list of thirty thousand things that none of them can be', () => {
  const problems = problemsOf('members/ada/member.yaml', `${base['members/ada/member.yaml']?.split('ssh-keys:')[0]}ssh-keys: [${Array.from({ length: 30_000 }, () => '1').join(',')}]\n`);
  expect(problems.length).toBeGreaterThan(0);
});

it('ten thousand redirects without anything', () => {
  expect(problemsOf('members/ada/vhosts/blog.ada.example.yaml', `static: { root: web }\nredirects: [${Array.from({ length: 10_000 }, () => '{}').join(',')}]\n`).length).toBeGreaterThan(0);
});

it('aliases each of which leads back to the first: some are told, shortly', () => {
  const many = 3000;
  const aliases = Array.from({ length: many }, (_, number) => `  a${number}: [${number + 1 < many ? `a${number + 1}, ` : ''}a0]\n`).join('');
  const loops = problemsOf('members/ada/mailboxes/ada.example.yaml', `mailboxes: { ada: { password: ${hash} } }\naliases:\n${aliases}`).filter(({ code }) => code === 'mail/alias-loop');
  expect(loops).toHaveLength(20);
  expect(Math.max(...loops.map(({ message }) => message.length))).toBeLessThan(500);
});

type Alias = World['mailDomains'][number]['aliases'][number];
const led = (number: number, targets: readonly string[]): Alias => ({ address: `a${number}@ada.example`, targets, source: { file: 'desired-state/members/ada/mailboxes/ada.example.yaml', line: 1, column: 1 } }) as Alias;
const tooFar = (aliases: readonly Alias[]): number => [...aliasesStaySmall({ mailDomains: [{ owner: 'member:ada', aliases }] } as unknown as World)].length;

it('a hundred thousand aliases, a thousand in a row, and once two thousand', () => {
  // Walking a row anew from each link takes some five times as long, which no limit of time tells from a slow machine.
  const ends = (number: number): boolean => number % 1000 === 0 && number !== 1000;
  expect(tooFar(Array.from({ length: 100_001 }, (_, number) => led(number, [ends(number + 1) ? 'box@ada.example' : `a${number + 1}@ada.example`])))).toBe(1000);
});

it('ten thousand aliases of ninety-nine addresses, each of which leads to the next one as well', () => {
  const far = Array.from({ length: 99 }, (_, number) => `n${number}`);
  expect(tooFar(Array.from({ length: 10_000 }, (_, number) => led(number, [...far.map((name) => `${name}@x${number}.example`), `a${number + 1}@ada.example`])))).toBe(9_999);
});

it('fifteen hundred sites of fifty names', () => {
  const document = (number: number): unknown => ({ kind: 'vhost', owner: 'member:ada', name: `s${number}.ada.example`, value: { aliases: Array.from({ length: 50 }, (_, alias) => `a${alias}.s${number}.ada.example`) } });
  const takes = takesOf(Array.from({ length: 1500 }, (_, number) => document(number)) as Parameters<typeof takesOf>[0]);
  expect(takes.get('member:ada')).toMatchObject({ marks: [], leads: [] } satisfies Partial<Takes>);
  expect(takes.get('member:ada')?.names).toHaveLength(1500 * 51);
});

it('fifteen hundred catch-alls that nearly name one of two hundred mailboxes: some get a hint', () => {
  const box = (number: number): string => `${'m'.repeat(60)}${String(number).padStart(4, '0')}`;
  const own = `mailboxes:\n${Array.from({ length: 200 }, (_, number) => `  ${box(number)}: { password: ${hash} }\n`).join('')}`;
  const others = Array.from({ length: 1500 }, (_, number) => [`members/ada/mailboxes/s${number}.ada.example.yaml`, `catch-all: ${box(number % 200).replace('mm', 'm')}@ada.example\n`] as const);
  const found = check(snapshot({ 'members/ada/mailboxes/ada.example.yaml': own, ...Object.fromEntries(others) })).problems.filter(({ code }) => code === 'mail/unknown-catch-all');
  expect(found).toHaveLength(1500);
  expect(found.filter(({ hint }) => hint !== undefined)).toHaveLength(20);
});
