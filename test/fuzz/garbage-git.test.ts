import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { judgeReport, parseHostReport } from '../../reconciler/authority/host-report.ts';
import { verifySignature } from '../../reconciler/authority/sshsig.ts';
import { applyDelta } from '../../reconciler/git/delta.ts';
import { GitError } from '../../reconciler/git/error.ts';
import { parseCommit, parseTree } from '../../reconciler/git/objects.ts';
import { oddityOf } from '../../reconciler/git/oddity.ts';
import { packetsOf } from '../../reconciler/git/pkt.ts';
import { localRefs } from '../../reconciler/git/localrefs.ts';
import { openRepository, resolveRevision } from '../../reconciler/git/repository.ts';
import { snapshotOf } from '../../reconciler/git/snapshot.ts';
import { signedPartsOf } from '../../reconciler/git/signed.ts';
import { knownKeys } from '../../reconciler/git/ssh/known-hosts.ts';
import { parseSshRemote } from '../../reconciler/git/ssh/remote.ts';
import { packOf, parseAdvertisement, branchOf } from '../../reconciler/git/uploadpack.ts';
import { hasUnseen } from '../../reconciler/model/grammar/characters.ts';
import { documents } from '../attacks/plant.ts';
import { makeKey, publicLine, signWithSshKeygen } from '../unit/authority/sshsig-keys.ts';
import type { Dice } from './dice.ts';
import { fuzz, fuzzSlowly } from './fuzz.ts';
import { garbled, garbledJson, garbledText } from './garble.ts';
import { hostile } from './strings.ts';

const directory = mkdtempSync(join(tmpdir(), 'croft-fuzz-git-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const env = {
  PATH: process.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@ada.example', GIT_AUTHOR_DATE: '1700000000 +0100', GIT_COMMITTER_NAME: 'Dana', GIT_COMMITTER_EMAIL: 'dana@meadow.example', GIT_COMMITTER_DATE: '1700000100 +0100',
};
const git = (...args: readonly string[]): Buffer => execFileSync('git', ['-C', directory, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });

const head = founded();
const commit = git('cat-file', 'commit', head);
const tree = git('cat-file', 'tree', `${head}^{tree}`);
const [packName = ''] = readdirSync(join(directory, '.git/objects/pack')).filter((name) => name.endsWith('.pack')).map((name) => name.slice(0, -'.pack'.length));
const pack = readFileSync(join(directory, '.git/objects/pack', `${packName}.pack`));
const index = readFileSync(join(directory, '.git/objects/pack', `${packName}.idx`));
const key = makeKey(directory, 'ed25519', null);
const payload = Buffer.from('what is signed');
const signature = signWithSshKeygen(key, payload, 'git');
const report = {
  host: 'one', commit: 'a'.repeat(40), tree: 'b'.repeat(40), since: 1, time: 2, version: '0.1.0', unchanged: 3, counts: { holds: 1, failed: 1, drift: 1 },
  holds: [{ owner: 'member:ada', lastGood: null, problems: [{ code: 'a/b', message: 'cannot', owner: 'member:ada', source: { file: 'x', line: 1, column: 1 } }] }],
  failed: [{ id: 'file:/etc/x', owner: 'coop', because: 'no' }], drift: [{ id: 'file:/etc/x', owner: 'coop', attribute: 'mode', actual: '0644', desired: null }],
};

fuzz('commits and trees of any bytes are read, or are none', {
  cases: 30_000,
  try: (dice) => {
    const read = parseCommit('c'.repeat(40), dice.chance(50) ? garbled(dice, commit) : Buffer.from(garbledText(dice, commit.toString())));
    if (read !== null && ![read.tree, ...read.parents].every((oid) => /^[0-9a-f]{40}$/.test(oid))) throw new Error('an id that is none');
    if (read !== null && !Number.isFinite(read.revision.time)) throw new Error('a time that is none');
    for (const { name, mode } of parseTree(garbled(dice, tree)) ?? []) {
      const problem = oddityOf({ directory: 'desired-state', name, path: `desired-state/${name}` }, mode);
      if (problem !== null && (hasUnseen(problem.message) || /\n/.test(problem.message))) throw new Error(`a message that hides something: ${JSON.stringify(problem)}`);
    }
  },
});

fuzz('deltas of any bytes make the object that they say, or are refused', {
  cases: 30_000,
  try: (dice) => {
    const base = Buffer.from('a base of some length that others copy from, again and again'.repeat(3));
    const delta = Buffer.from([...number(base.length), ...number(70), 0x91, 3, 60, 10, ...Buffer.from('0123456789')]);
    refused(() => applyDelta(base, garbled(dice, delta)), Error);
  },
});

fuzz('what servers say is git\'s protocol, or is refused', {
  cases: 30_000,
  try: (dice) => {
    const line = (text: string): string => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;
    const said = `${line(`${head} HEAD\0side-band-64k ofs-delta\n`)}${line(`${head} refs/heads/main\n`)}${line(`${head} refs/tags/v^{}\n`)}0000`;
    refused(() => branchOf(parseAdvertisement(packetsOf(garbled(dice, Buffer.from(said)))), 'main'), GitError);
    const framed = Buffer.concat([Buffer.from(line('NAK\n')), Buffer.from((pack.length + 5).toString(16).padStart(4, '0')), Buffer.from([1]), pack, Buffer.from('0000')]);
    refused(() => packOf(garbled(dice, framed)), GitError);
    refused(() => {
      const remote = parseSshRemote(hostile(dice, dice.one(['ssh://git@one.example:22/coop.git', 'git@one.example:coop.git']), []));
      if (remote !== null && /^-|[\s\p{Cc}]/u.test(remote.host)) throw new TypeError(`a host that reads as an option: ${remote.host}`);
    }, GitError);
  },
});

fuzz('a signature that was damaged is refused, whatever became of it', {
  cases: 6_000,
  try: (dice) => {
    const armored = dice.chance(50) ? garbledText(dice, signature) : rearmored(dice);
    const signed = verifySignature({ armored, payload, namespace: 'git' });
    if (signed.ok && signed.blob !== publicLine(key).split(' ')[1]) throw new Error('another key is believed');
    if (!signed.ok && (signed.why === '' || /[\n\p{Cc}]/u.test(signed.why))) throw new Error(`a reason that cannot be shown: ${JSON.stringify(signed.why)}`);
    if (signed.ok && verifySignature({ armored, payload: Buffer.from('something else'), namespace: 'git' }).ok) throw new Error('it signs anything');
  },
});

fuzz('a host\'s report of any content is a report, or is none', {
  cases: 20_000,
  try: (dice) => {
    const content = dice.chance(70) ? Buffer.from(JSON.stringify(garbledJson(dice, report))) : garbled(dice, Buffer.from(JSON.stringify(report)));
    const read = parseHostReport(content);
    if (read !== null && (new Date(read.time * 1000).toISOString() === '' || read.holds.some(({ problems }) => problems.some(({ source }) => source.line < 1)))) throw new Error('a report that cannot be shown');
    judgeReport({ host: 'one', content, signature: dice.chance(50) ? null : garbledText(dice, signature), payload }, publicLine(key));
  },
});

fuzzSlowly('a repository with damaged packs, indexes and objects is read whole, or is said to be damaged', {
  cases: 400,
  try: async (dice) => {
    const copy = mkdtempSync(join(directory, 'damaged-'));
    try {
      plantRepository(copy, dice);
      await snapshotOf(await openRepository(copy), head);
      await signedPartsOf(await openRepository(copy), head);
      await localRefs(copy);
      await resolveRevision(await openRepository(copy), dice.one(['main', 'HEAD', head.slice(0, 8), 'v1', '', '..', 'x'.repeat(300)]));
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  },
});

fuzzSlowly('known_hosts of any content says which keys a server has, and takes no time for it', {
  cases: 2_000,
  try: async (dice) => {
    const file = join(directory, 'known_hosts');
    const line = `one.example,*.meadow.example,[two.example]:2222 ${publicLine(key)} a comment`;
    const stars = `${'*'.repeat(dice.below(40))}${'*a'.repeat(dice.below(30))}${'?*'.repeat(dice.below(30))}b ${publicLine(key)}`;
    writeFileSync(file, garbledText(dice, [line, `@revoked ${line}`, `|1|c2FsdA==|aGFzaA== ${publicLine(key)}`, `!x.example,${line}`, stars].join('\n')));
    await knownKeys([file], { host: dice.one(['one.example', 'a'.repeat(60), 'aaaa.aaaa.aaaa.aaaa.example', 'x.example']), port: dice.one([22, 2222]) });
  },
});

function founded(): string {
  execFileSync('git', ['init', '-q', '-b', 'main', directory], { env });
  for (const [path, text] of documents) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  git('add', '-A');
  git('commit', '-qm', 'the co-op');
  for (const times of [1, 2, 3]) {
    writeFileSync(join(directory, 'desired-state/members/ada/vhosts/blog.ada.example.yaml'), `${documents.get('desired-state/members/ada/vhosts/blog.ada.example.yaml') ?? ''}# ${'x'.repeat(200)} ${times}\n`);
    git('commit', '-qam', `change ${times}`);
  }
  git('repack', '-adq', '--depth=50');
  return git('rev-parse', 'HEAD').toString().trim();
}

/** A repository of one pack, of which something is damaged, or of loose objects, of which one is. */
function plantRepository(copy: string, dice: Dice): void {
  mkdirSync(join(copy, 'objects/pack'), { recursive: true });
  mkdirSync(join(copy, 'refs/heads'), { recursive: true });
  writeFileSync(join(copy, 'HEAD'), dice.chance(90) ? 'ref: refs/heads/main\n' : garbledText(dice, 'ref: refs/heads/main\n'));
  writeFileSync(join(copy, 'refs/heads/main'), dice.chance(90) ? `${head}\n` : garbledText(dice, `${head}\n`));
  writeFileSync(join(copy, 'packed-refs'), dice.chance(80) ? '' : garbledText(dice, `# pack-refs with: peeled\n${head} refs/heads/x\n^${head}\n`));
  const what = dice.below(3);
  writeFileSync(join(copy, 'objects/pack', `${packName}.pack`), what === 0 ? garbled(dice, pack) : pack);
  writeFileSync(join(copy, 'objects/pack', `${packName}.idx`), what === 1 ? garbled(dice, index) : index);
  if (what !== 2) return;
  mkdirSync(join(copy, 'objects', head.slice(0, 2)), { recursive: true });
  const loose = Buffer.concat([Buffer.from(`commit ${commit.length}\0`), commit]);
  writeFileSync(join(copy, 'objects', head.slice(0, 2), head.slice(2)), dice.chance(50) ? garbled(dice, deflateSync(loose)) : deflateSync(garbled(dice, loose)));
  if (dice.chance(50)) rmSync(join(copy, 'objects/pack', `${packName}.idx`));
}

/** The envelope itself, damaged, in armour that is right. */
function rearmored(dice: Dice): string {
  const bytes = Buffer.from(signature.split('\n').slice(1, -2).join(''), 'base64');
  const text = garbled(dice, bytes).toString('base64').match(/.{1,70}/g)?.join('\n') ?? '';
  return `-----BEGIN SSH SIGNATURE-----\n${text}\n-----END SSH SIGNATURE-----\n`;
}

function refused(act: () => unknown, by: new (message: string) => Error): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof by) || error instanceof TypeError) throw error;
  }
}

function number(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >> 7)];
}
