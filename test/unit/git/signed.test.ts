import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { signedPartsOf, trailersOf, type SignedParts } from '../../../reconciler/git/signed.ts';
import { bare, commitOf, git, room, treeOf } from './fixture.ts';

const armor = '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n';
const header = `gpgsig ${armor.trimEnd().replaceAll('\n', '\n ')}\n`;

function newKey(): string {
  const key = join(room(), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ada', '-f', key]);
  return key;
}

function signing(key: string): readonly string[] {
  return ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${key}`];
}

async function parts(repository: string, oid: string): Promise<SignedParts> {
  return signedPartsOf(await openRepository(repository), oid);
}

/** Let ssh-keygen judge a signature as git does. */
function verifies(key: string, { signature, payload }: SignedParts): boolean {
  const file = join(room(), 'signature');
  writeFileSync(file, signature ?? '');
  try {
    execFileSync('ssh-keygen', ['-Y', 'check-novalidate', '-n', 'git', '-s', file, '-f', `${key}.pub`], { input: payload, stdio: ['pipe', 'pipe', 'pipe'] });
    return true;
  } catch {
    return false;
  }
}

function raw(repository: string, headers: string, message = 'a commit\n'): string {
  const people = 'author Ada <ada@ada.example> 1700000000 +0100\ncommitter Dana <dana@fairmeadow.example> 1700000100 +0100\n';
  return git(repository, ['hash-object', '-w', '-t', 'commit', '--literally', '--stdin'], `tree ${treeOf(repository, { a: '1' })}\n${people}${headers}\n${message}`);
}

describe('the signed parts of a commit', () => {
  test('that git signed are a signature that ssh-keygen accepts over the payload, and over nothing else', async () => {
    const repository = bare();
    const key = newKey();
    const oid = git(repository, [...signing(key), '-c', 'i18n.commitEncoding=iso-8859-1', 'commit-tree', '-S', treeOf(repository, { a: '1' }), '-F', '-'], `grüße\n\n gpgsig ${armor}\nApproves: ${'ab'.repeat(20)}\n`);
    const found = await parts(repository, oid);
    expect(found).toMatchObject({ oddity: null, time: 1700000100 });
    expect(verifies(key, found)).toBe(true);
    expect(verifies(key, { ...found, payload: Buffer.concat([found.payload, Buffer.from('\n')]) })).toBe(false);
    expect(found.message).toContain(armor);
  });

  test('of an unsigned commit are all of it', async () => {
    const repository = bare();
    const oid = commitOf(repository, { a: '1' });
    const { signature, payload, oddity } = await parts(repository, oid);
    expect([signature, oddity]).toEqual([null, null]);
    expect(Buffer.from(payload)).toEqual(execFileSync('git', ['-C', repository, 'cat-file', 'commit', oid]));
  });

  test('of a merge of a signed tag are the merge\'s own: the tag\'s signature is part of what is signed', async () => {
    const repository = bare();
    const [ada, bob] = [newKey(), newKey()];
    const first = commitOf(repository, { a: '1' });
    const side = commitOf(repository, { a: '1', b: '1' }, first);
    const main = commitOf(repository, { a: '2' }, first);
    git(repository, [...signing(bob), 'tag', '-s', '-m', 'a tag', 'v1', side]);
    const work = join(room(), 'work');
    git(room(), ['clone', '-q', repository, work]);
    git(work, ['checkout', '-q', main]);
    git(work, [...signing(ada), 'merge', '-q', '--no-ff', '-S', '-m', 'a merge', 'v1']);
    const signed = await parts(work, git(work, ['rev-parse', 'HEAD']));
    expect(Buffer.from(signed.payload).toString()).toMatch(/^mergetag object [^]*\n -----BEGIN SSH SIGNATURE-----\n/m);
    expect([verifies(ada, signed), signed.oddity]).toEqual([true, null]);
    git(work, ['reset', '-q', '--hard', main]);
    git(work, ['merge', '-q', '--no-ff', '-m', 'a merge', 'v1']);
    const unsigned = await parts(work, git(work, ['rev-parse', 'HEAD']));
    expect([unsigned.signature, unsigned.oddity]).toEqual([null, null]);
    expect(Buffer.from(unsigned.payload).toString()).toContain('BEGIN SSH SIGNATURE');
  });

  test.each([
    ['two signatures', header + header, 'two signatures'],
    ['two signatures apart', `${header}encoding x\n${header}`, 'two signatures'],
    ['a signature of PGP', header.replaceAll('SSH', 'PGP'), 'a PGP signature'],
    ['a signature of X.509', header.replaceAll('SSH SIGNATURE', 'SIGNED MESSAGE'), 'an X.509 signature'],
    ['another hash\'s signature', header.replace('gpgsig', 'gpgsig-sha256'), 'gpgsig-sha256 is for repositories of another hash'],
    ['another hash\'s signature besides', header + header.replace('gpgsig', 'gpgsig-sha256'), 'gpgsig-sha256 is for repositories of another hash'],
    ['a header of nearly that name', header.replace('gpgsig', 'gpgsigx'), 'a header that only resembles gpgsig'],
    ['no armor', 'gpgsig AAAA\n', 'a signature of no known sort'],
    ['nothing in its header', 'gpgsig\n', 'a header that only resembles gpgsig'],
  ])('with %s hold none that counts, and say so', async (_, headers, oddity) => {
    const repository = bare();
    const found = await parts(repository, raw(repository, headers));
    expect([found.signature, found.oddity]).toEqual([null, oddity]);
    expect(Buffer.from(found.payload).toString()).not.toMatch(/^gpgsig/m);
  });

  test('leave every octet in its place, whatever stands around the signature', async () => {
    const repository = bare();
    const [before, after, message] = ['x-odd  two\n  blanks\n', 'x-last \r\n \n', `\n\0\r\n\n${header}`];
    const whole = await parts(repository, raw(repository, `${before}${header}${after}`, message));
    const without = await parts(repository, raw(repository, `${before}${after}`, message));
    expect([whole.signature, without.signature]).toEqual([armor, null]);
    expect(Buffer.from(whole.payload)).toEqual(Buffer.from(without.payload));
  });
});

describe('trailers', () => {
  const oid = 'ab'.repeat(20);
  const cases: readonly { readonly name: string; readonly message: string; readonly approves: readonly string[] }[] = [
    { name: 'stand in the last paragraph', message: `subject\n\nbody\n\nApproves: ${oid}\nApproves: x\n`, approves: [oid, 'x'] },
    { name: 'may be of any case', message: `subject\n\napproves: ${oid}\n\n\n`, approves: [oid] },
    { name: 'may go on in a further line', message: 'subject\n\nApproves: a\n b\n', approves: ['a b'] },
    { name: 'do not count in the first paragraph', message: `Approves: ${oid}\n`, approves: [] },
    { name: 'do not count before the last paragraph', message: `subject\n\nApproves: ${oid}\n\nbody\n`, approves: [] },
    { name: 'do not count among prose', message: `subject\n\nI said\nApproves: ${oid}\n`, approves: [] },
    { name: 'count among prose that git signed off', message: `subject\n\nI said\nApproves: ${oid}\nSigned-off-by: Ada <ada@ada.example>\n`, approves: [oid] },
    { name: 'do not count when quoted', message: `subject\n\n> Approves: ${oid}\n`, approves: [] },
    { name: 'do not count when indented', message: `subject\n\n  Approves: ${oid}\n`, approves: [] },
  ];

  test.each(cases)('$name', ({ message, approves }) => {
    expect(trailersOf(message).get('Approves') ?? []).toEqual(approves);
    const gits = git(bare(), ['interpret-trailers', '--parse', '--no-divider'], message).split('\n');
    expect(gits.flatMap((line) => (/^approves: /i.test(line) ? [line.slice('Approves: '.length)] : []))).toEqual(approves);
  });
});

test('a header of four million lines is one header', async () => {
  const repository = bare();
  const { payload, oddity } = await parts(repository, raw(repository, `${header}more a\n${' a\n'.repeat(4_000_000)}`));
  expect(oddity).toBeNull();
  expect(payload.length).toBeGreaterThan(12_000_000);
});
