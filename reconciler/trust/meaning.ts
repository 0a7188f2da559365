import { startOf } from '../desired/documents.ts';
import { finding } from '../desired/finding.ts';
import { meaningOf } from '../desired/layout.ts';
import { readFile } from '../desired/read.ts';
import { listEntries } from '../git/listing.ts';
import { recent, type Recent } from '../git/recent.ts';
import type { Cache, Repository } from '../git/store.ts';
import type { Entry, Meaning, PathChange, Written } from '../model/authority.ts';

/** Files at the top of a repository that are for people and change nothing. */
const NOTES = /^(?:(?:README|CHANGELOG|LICENSE|NEWS|MEMBERS|CONTRIBUTING)(?:\.(?:md|txt))?|[A-Za-z0-9_-]+\.md|docs\/[A-Za-z0-9_./-]+\.(?:md|txt|png|svg))$/;

/** What lies at the top of a repository that has its desired state there. */
const TOP = /^(?:cluster\.yaml$|(?:hosts|limits|members|coop)\/)/;

/** Read what a changed path means on both sides. `root` is `desired-state/`, or empty where the desired state lies at the top. */
export async function meaningAt(repository: Repository, root: string, { path, before, after }: PathChange): Promise<Meaning> {
  const inside = root === '' ? TOP.test(path) : path.startsWith(root);
  if (!inside) return { is: NOTES.test(path) ? 'note' : 'other' };
  const meaning = meaningOf(path.slice(root.length));
  if (meaning.is === 'note') return { is: 'note' };
  const [kind, name] = meaning.is === 'document' ? [meaning.kind, meaning.name] : ['unknown', ''];
  return { is: 'document', kind, name, before: await writtenAt(repository, path, before), after: await writtenAt(repository, path, after) };
}

/** Of which a long history shows each twice: as what came, and later as what was there before. */
const mostWritten = 1000;
const read = new WeakMap<Cache, Recent<Written>>();

/** Read one side of a document; null when that side has none. */
export async function writtenAt(repository: Repository, path: string, entry: Entry | null): Promise<Written | null> {
  if (entry === null) return null;
  const known = read.get(repository.cache) ?? recent(mostWritten);
  read.set(repository.cache, known);
  const key = `${entry.mode} ${entry.oid} ${path}`;
  const written = known.get(key) ?? (await writtenIn(repository, path, entry));
  known.set(key, written, 1);
  return written;
}

async function writtenIn(repository: Repository, path: string, entry: Entry): Promise<Written> {
  const slash = path.lastIndexOf('/');
  const nothing = { value: null, at: () => startOf(path) };
  if (entry.mode === '40000') return { ...nothing, problems: [finding(startOf(path), { code: 'git/too-many-files', message: 'cannot look through it: it holds too many files' })] };
  const { files, problems } = await listEntries(repository, path.slice(0, Math.max(0, slash)), [{ mode: entry.mode, name: path.slice(slash + 1), oid: entry.oid }]);
  const [file] = files();
  if (file === undefined) return { ...nothing, problems };
  const { document, problems: wrong } = readFile(file);
  if (document === null) return { ...nothing, problems: wrong };
  const value = document.value as unknown as { readonly [field: string]: unknown };
  return { value, problems: [], at: (field) => (Object.hasOwn(value, field) ? document.keyAt(field) : document.at()) };
}
