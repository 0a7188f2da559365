import { describe, expect, test } from 'vitest';
import { openRepository } from '../../reconciler/git/repository.ts';
import { snapshotOf } from '../../reconciler/git/snapshot.ts';
import { examine } from '../../reconciler/desired/check.ts';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';
import { bare, blob, commit, tree } from '../unit/git/fixture.ts';
import { corpus, titled, type Entry } from './corpus.ts';
import { documents } from './plant.ts';

type Entries = readonly (readonly [name: string, mode: string, oid: string])[];

const rows = corpus().flatMap((row) => (row.entry === undefined ? [] : [[titled(row)[0], row.entry, row.expect.slice('refused '.length)] as const]));

describe('an entry of a member\'s directory is told as her problem and nobody else\'s:', () => {
  test.each(rows)('%s', async (_, entry, code) => {
    const { files, problems } = await withEntry(entry);
    expect(problems.map((problem) => [problem.code, problem.owner, problem.source.line])).toEqual([[code, 'member:ada', 1]]);
    expect(problems.every(({ message }) => !/[\p{Cc}\p{Cf}]/u.test(message))).toBe(true);
    const { problems: all } = examine({ ...plainSnapshot(), files, problems });
    expect(all.filter(({ owner }) => owner !== 'member:ada')).toEqual([]);
  });
});

/** Commit the small co-op's documents with one more entry in ada's directory, whatever git itself would say to it. */
async function withEntry(entry: Entry): Promise<Snapshot> {
  const repository = bare();
  const content = blob(repository, entry.bytes === undefined ? 'x: 1\n' : 'x'.repeat(entry.bytes));
  const isFolder = entry.mode === '40000' && entry.file !== true;
  const object = isFolder ? tree(repository, [['x.yaml', '100644', content]]) : content;
  const odd: Entries = [[entry.name, entry.mode, object], ...(entry.beside === undefined ? [] : [[entry.beside, '100644', content] as const])];
  const ada = { path: 'desired-state/members/ada', entries: odd };
  return snapshotOf(await openRepository(repository), commit(repository, treeOf(repository, '', ada)));
}

function treeOf(repository: string, folder: string, odd: { readonly path: string; readonly entries: Entries }): string {
  const below = [...documents].filter(([path]) => path.startsWith(folder)).map(([path, text]) => ({ rest: path.slice(folder.length).split('/'), text }));
  const entries = [...new Set(below.map(({ rest: [name = ''] }) => name))].map((name) => {
    const file = below.find(({ rest }) => rest.length === 1 && rest[0] === name);
    return file === undefined ? [name, '40000', treeOf(repository, `${folder}${name}/`, odd)] as const : [name, '100644', blob(repository, file.text)] as const;
  });
  const added = folder === `${odd.path}/` ? odd.entries : [];
  return tree(repository, [...entries.filter(([name]) => !added.some(([other]) => other === name)), ...added]);
}

function plainSnapshot(): Snapshot {
  return { revision: { oid: 'x', time: 0, author: '', subject: '' }, files: [], problems: [] };
}
