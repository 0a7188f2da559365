import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bare, blob, commitOf, git, snapshot } from './fixture.ts';

describe('a repository', () => {
  test('with a loose object that holds another one\'s bytes is damaged', async () => {
    const repository = bare();
    const oid = commitOf(repository, { 'desired-state/cluster.yaml': 'name: x\n' });
    const [file, other] = [blob(repository, 'name: x\n'), blob(repository, 'name: y\n')];
    const path = (id: string): string => join(repository, 'objects', id.slice(0, 2), id.slice(2));
    execFileSync('cp', ['-f', path(other), path(file)]);
    await expect(snapshot(repository, oid)).rejects.toThrow(/it is damaged/);
  });

  test('whose pack index lies about where an object is, is damaged', async () => {
    const repository = bare();
    const oid = commitOf(repository, { 'desired-state/a.yaml': 'name: x\n', 'desired-state/b.yaml': 'name: y\n' });
    git(repository, ['repack', '-adq']);
    const [name = ''] = readdirSync(join(repository, 'objects/pack')).filter((file) => file.endsWith('.idx'));
    const idx = join(repository, 'objects/pack', name);
    const bytes = readFileSync(idx);
    const count = bytes.readUInt32BE(8 + 255 * 4);
    const offsets = 8 + 256 * 4 + count * 24;
    const [one, two] = [blob(repository, 'name: x\n'), blob(repository, 'name: y\n')].map((id) => offsets + 4 * ((bytes.indexOf(Buffer.from(id, 'hex')) - 8 - 256 * 4) / 20));
    const kept = bytes.readUInt32BE(one);
    bytes.writeUInt32BE(bytes.readUInt32BE(two), one);
    bytes.writeUInt32BE(kept, two);
    chmodSync(idx, 0o600);
    writeFileSync(idx, bytes);
    await expect(snapshot(repository, oid)).rejects.toThrow(/it is damaged: its content is that of/);
  });
});
