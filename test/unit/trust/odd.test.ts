import { afterAll, describe, expect, test } from 'vitest';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { believe, verify } from '../../../reconciler/trust/verify.ts';
import { readCommit } from '../../../reconciler/git/store.ts';
import { own, play, type Case } from './case.ts';
import { at, documents, found, removeAll, START, type Coop, type Entry, type What } from './coop.ts';
import { judged } from './judged.ts';
import { keyOf } from './keys.ts';

afterAll(removeAll);

const adas = 'members/ada/README.md';
const bobs = 'members/bob/README.md';
const mine = own(adas, 'mine\n');

/** One commit of ada's on her own file, made odd. */
function odd(what: What): Case['play'] {
  return (coop, on) => coop.commit(on, { by: 'ada', changes: mine, ...what });
}

function good(name: string, what: What): Case {
  return { name, play: odd(what), force: { [adas]: 'mine\n' } };
}

function bad(name: string, what: What, code = 'bad-signature'): Case {
  return { name, play: odd(what), refused: { [adas]: `authority/${code}` }, stays: [adas] };
}

/** Change the header that holds the signature. */
function header(change: (text: string) => string): NonNullable<What['raw']> {
  return (text) => text.replace(/gpgsig [^]*?-----END SSH SIGNATURE-----\n/, change);
}

const commits: readonly Case[] = [
  good('is dated 1970', { time: 1 }),
  good('is dated 2099', { time: 4_070_908_800 }),
  good('has a message of two megabytes', { message: 'x'.repeat(2_000_000) }),
  good('has a NUL in its message', { message: 'a\0b' }),
  good('says that its message is in another encoding', { headers: 'encoding iso-8859-1\n', message: 'grüße' }),
  good('has a header that nobody knows, signed with the rest', { headers: 'x-more one\n two\n' }),
  good('merged a signed tag, whose signature is in a header of its own', { headers: `mergetag object ${'ab'.repeat(20)}\n type commit\n tag v1\n tagger x <x@y.example> 1 +0000\n \n v1\n ${keyOf('mallory').sign(Buffer.from('x'), 'git').trimEnd().replaceAll('\n', '\n ')}\n` }),
  bad('has two signatures, one of them good', { raw: header((text) => `${text}${text}`) }),
  bad('has a stranger\'s signature before the good one', { raw: header((text) => `gpgsig ${keyOf('mallory').sign(Buffer.from('x'), 'git').trimEnd().replaceAll('\n', '\n ')}\n${text}`) }),
  bad('has two signatures in one header', { signature: (payload) => keyOf('ada').sign(payload, 'git').repeat(2) }),
  bad('has text after its signature', { signature: (payload) => `${keyOf('ada').sign(payload, 'git')}more\n` }),
  bad('has text before its signature', { raw: header((text) => text.replace('gpgsig ', 'gpgsig more\n ')) }),
  bad('has a signature with the line ends of another system', { raw: header((text) => text.replaceAll('\n ', '\r\n ')) }),
  bad('has its signature in the header for another hash', { raw: header((text) => text.replace('gpgsig', 'gpgsig-sha256')) }),
  bad('has a second signature in the header for another hash', { raw: header((text) => `${text}${text.replace('gpgsig', 'gpgsig-sha256')}`) }),
  bad('has a PGP signature', { signature: () => '-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n' }),
  bad('has an X.509 signature', { signature: () => '-----BEGIN SIGNED MESSAGE-----\nMII=\n-----END SIGNED MESSAGE-----\n' }),
  bad('has an empty signature', { signature: () => '' }),
  bad('is signed for another purpose', { signature: (payload) => keyOf('ada').sign(payload, 'file') }),
  bad('is signed as a host signs its reports, with some other namespace', { signature: (payload) => keyOf('ada').sign(payload, 'git\0') }),
  bad('has the signature of another commit', { signature: () => keyOf('ada').sign(Buffer.from('tree x\n'), 'git') }),
  bad('has another author than what was signed', { raw: (text) => text.replace('author ada', 'author bob') }),
  bad('has another message than what was signed', { raw: (text) => text.replace('a change', 'a charge') }),
  bad('has a header that was put in after it was signed', { raw: header((text) => `${text}x-more one\n`) }),
  bad('has its signature below its message, where it is text', { by: 'ada', raw: (text) => `${text.replace(/gpgsig [^]*?-----END SSH SIGNATURE-----\n/, '')}${/gpgsig [^]*?-----END SSH SIGNATURE-----\n/.exec(text)?.[0] ?? ''}` }, 'unsigned'),
  bad('names ada as its committer, and nobody signs it', { raw: (text) => text.replace(/gpgsig [^]*?-----END SSH SIGNATURE-----\n/, '') }, 'unsigned'),
  bad('has a signature whose base64 was written otherwise', { signature: (payload) => keyOf('ada').sign(payload, 'git').replace(/\n([A-Za-z0-9+/=]+)\n-----END/, '\n $1\n-----END') }),
];

type Row = readonly [mode: string, name: string, oid: string];

/** What a commit has, but for `members`, which is made of these rows as they stand, or is something else altogether. */
function madeByHand(coop: Coop, on: string, make: (rows: readonly Row[]) => readonly Row[] | readonly [mode: string, oid: string]): string {
  const below = (prefix: string): Map<string, Entry> => new Map([...coop.files(on)].flatMap(([path, entry]) => (path.startsWith(prefix) ? [[path.slice(prefix.length), entry] as const] : [])));
  const names = [...new Set([...below(at('members/')).keys()].map((path) => path.split('/')[0] ?? ''))].toSorted();
  const made = make(names.map((name) => ['40000', name, coop.tree(below(at(`members/${name}/`)))]));
  const [mode, oid] = typeof made[0] === 'string' ? (made as readonly [string, string]) : ['40000', coop.object('tree', bytesOf(made as readonly Row[]))];
  const state = new Map([...below('desired-state/')].filter(([path]) => !path.startsWith('members/')));
  return coop.tree(new Map([['desired-state', { mode: '40000', oid: coop.tree(new Map([...state, ['members', { mode, oid }]])) }]]));
}

function bytesOf(rows: readonly Row[]): Buffer {
  return Buffer.concat(rows.flatMap(([mode, name, oid]) => [Buffer.from(`${mode} ${name}\0`, 'latin1'), Buffer.from(oid, 'hex')]));
}

/** What nobody of ada's directory has signed. */
const evil = (coop: Coop): string => coop.tree(new Map([['member.yaml', { mode: '100644', oid: coop.blob('name: Evil\n') }]]));

const malformed: readonly (readonly [name: string, make: (coop: Coop) => Parameters<typeof madeByHand>[2], waits: readonly string[]])[] = [
  ['has ada twice, once as bob likes', (coop) => (rows) => [['40000', 'ada', evil(coop)], ...rows], ['members/ada']],
  ['has ada twice, the other way round', (coop) => (rows) => rows.flatMap((row) => (row[1] === 'ada' ? [row, ['40000', 'ada', evil(coop)] as const] : [row])), ['members/ada']],
  ['has a name with a slash, as if it was ada\'s file', (coop) => (rows) => [...rows, ['100644', 'ada/member.yaml', coop.blob('name: Evil\n')]], ['members/']],
  ['has an entry without a name', (coop) => (rows) => [['100644', '', coop.blob('x')], ...rows], ['members/']],
  ['has its entries in another order', () => (rows) => rows.toReversed(), []],
  ['is a file', (coop) => () => ['100644', coop.blob('x')], ['members']],
  ['is a link', (coop) => () => ['120000', coop.blob('/etc')], ['members']],
  ['is a directory of another mode', (coop) => (rows) => ['040000', coop.object('tree', bytesOf(rows))], ['members']],
  ['is said to be a directory, and is a file', (coop) => () => ['40000', coop.blob('x')], ['members']],
  ['ends in the middle of an entry', (coop) => (rows) => ['40000', coop.object('tree', bytesOf(rows).subarray(0, -3))], ['members']],
];

describe('a commit of bob\'s whose tree of members', () => {
  test.each(malformed)('%s is his alone: what it hides waits, and everybody else goes on', async (_, make, waits) => {
    const coop = found();
    const before = coop.commit(coop.first, { by: 'carol', changes: own('members/carol/README.md', 'before\n') });
    const odd = coop.commit(before, { by: 'bob', tree: madeByHand(coop, before, make(coop)) });
    const at_ = await judged(coop, coop.first, odd);
    const hidden = at_.trusted.pending.flatMap(({ problems }) => problems.map(({ message }) => message)).filter((message) => message.includes('of commit'));
    for (const message of hidden) expect(message).toContain(`of commit ${odd.slice(0, 10)}, signed by bob`);
    expect(at_.trusted.pending.filter(({ path }) => waits.map(at).includes(path)).map(({ path, commit }) => [path, commit])).toEqual(waits.map((path) => [at(path), odd]));
    expect(await at_.force(at(adas))).toBe('I am ada\n');
    expect(await at_.force(at('members/carol/README.md'))).toBe('before\n');
    const mended = coop.commit(odd, { by: 'carol', changes: own('members/carol/README.md', 'after\n') });
    const later = coop.commit(mended, { by: 'ada', changes: mine });
    const end = await judged(coop, coop.first, later);
    expect([end.refused, end.trusted.tree === (await readCommit(await openRepository(coop.gitdir), later)).tree]).toEqual([{}, true]);
    expect([await end.force(at('members/carol/README.md')), await end.force(at(adas))]).toEqual(['after\n', 'mine\n']);
  });

  test.each(malformed.filter(([name]) => !name.startsWith('is a')))('%s: whoever mends it vouches for nothing that waits for somebody', async (_, make) => {
    const coop = found();
    const limits = documents().get(at('members/ada/member.yaml'))?.replace('limits: regular', 'limits: large') ?? '';
    const waiting = coop.commit(coop.first, { by: 'ada', changes: own('members/ada/member.yaml', limits) });
    const foreign = coop.commit(waiting, { by: 'bob', changes: own('members/dana/README.md', 'evil\n') });
    const odd = coop.commit(foreign, { by: 'bob', changes: own('coop/zones/meadow.example.yaml', 'records: []\n# evil\n'), tree: madeByHand(coop, coop.commit(foreign, { changes: own('coop/zones/meadow.example.yaml', 'records: []\n# evil\n') }), make(coop)) });
    const mended = coop.commit(odd, { by: 'dana', changes: own('members/dana/NOTES.md', 'mine\n') });
    const end = await judged(coop, coop.first, mended);
    expect(Object.keys(end.refused)).toEqual(['coop/zones/meadow.example.yaml', 'members/ada/member.yaml', 'members/dana/README.md'].map(at));
    expect(await end.force(at('members/dana/NOTES.md'))).toBe('mine\n');
  });

  test.each(malformed.filter(([, , waits]) => waits[0] !== 'members'))('%s, and others commit on it as it is: what they sign of theirs counts', async (_, make) => {
    const coop = found();
    const odd = coop.commit(coop.first, { by: 'bob', tree: madeByHand(coop, coop.first, make(coop)) });
    const hers = new Map([...coop.files(coop.first), [at('members/carol/README.md'), { mode: '100644', oid: coop.blob('after\n') }]]);
    const plain = coop.commit(coop.first, { files: hers });
    const carols = coop.commit(odd, { by: 'carol', tree: madeByHand(coop, plain, make(coop)) });
    expect(await (await judged(coop, coop.first, carols)).force(at('members/carol/README.md'))).toBe('after\n');
  });
});

describe('a commit of ada\'s that', () => {
  play(commits);

  test('has another tree than what was signed brings nothing', async () => {
    const coop = found();
    const evil = coop.tree(new Map([...coop.files(coop.first), [at(adas), { mode: '100644', oid: coop.blob('evil\n') }]]));
    const head = coop.commit(coop.first, { by: 'ada', changes: mine, raw: (text) => text.replace(/^tree [0-9a-f]{40}/, `tree ${evil}`) });
    const repository = await openRepository(coop.gitdir);
    const verified = await verify(repository, await believe(repository, coop.first), head);
    expect(verified?.trusted.pending).toMatchObject([{ path: at(adas), problems: [{ code: 'authority/bad-signature' }], signers: [] }]);
  });

  test.each([
    { name: 'two lines of parents, of which git reads both', raw: (text: string, coop: Coop) => text.replace('\nauthor', `\nparent ${coop.first}\nauthor`) },
    { name: 'a second tree after its parents, which is none', raw: (text: string, coop: Coop) => text.replace('\nauthor', `\ntree ${coop.tree(new Map())}\nauthor`) },
    { name: 'a parent after its author, which is none', raw: (text: string, coop: Coop) => text.replace('\ncommitter', `\nparent ${coop.first}\ncommitter`) },
  ])('has $name, counts with what was signed only', async ({ raw }) => {
    const coop = found();
    const on = coop.commit(coop.first, { by: 'bob', changes: own(bobs, 'b\n') });
    const head = coop.commit(on, { by: 'ada', changes: mine, raw: (text) => raw(text, coop) });
    const repository = await openRepository(coop.gitdir);
    const verified = await verify(repository, await believe(repository, coop.first), head);
    expect(verified?.trusted.pending.map(({ path, signers }) => [path, signers])).toEqual([[at(adas), []]]);
  });

  test('is missing its tree, is an error of the repository and no bug', async () => {
    const coop = found();
    const head = coop.commit(coop.first, { by: 'ada', tree: 'ab'.repeat(20) });
    const repository = await openRepository(coop.gitdir);
    const start = await believe(repository, coop.first);
    await expect(verify(repository, start, head)).rejects.toThrow(/^cannot read object (?:ab){20} .*: it is missing$/);
  });

  test('is of another history answers nothing', async () => {
    const coop = found();
    const other = coop.commit([], { by: 'dana', time: START, files: coop.files(coop.first), message: 'again' });
    const repository = await openRepository(coop.gitdir);
    expect(await verify(repository, await believe(repository, coop.first), other)).toBeNull();
    const older = coop.commit(coop.first, { by: 'ada', changes: mine });
    expect(await verify(repository, await believe(repository, older), coop.first)).toBeNull();
  });

  test('has three thousand parents on a branch, one below the other, is judged all the same', async () => {
    const coop = found();
    let tip = coop.first;
    for (let n = 0; n < 3000; n += 1) tip = coop.commit(tip, { time: START });
    const head = coop.merge([coop.commit(coop.first, { by: 'bob', changes: own(bobs, 'b\n') }), coop.commit(tip, { by: 'ada', changes: mine })], { by: 'forge' });
    const repository = await openRepository(coop.gitdir);
    expect((await verify(repository, await believe(repository, coop.first), head))?.trusted.pending).toEqual([]);
  });
});
