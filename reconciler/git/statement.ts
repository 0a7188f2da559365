/**
 * Commits by which a program states something, and nothing more: no parent, one flat tree of small files, and an ssh signature over all
 * of it in the header `gpgsig`, whose further lines begin with a space. What is signed is the commit without that header, and it names
 * the tree by its hash, so the files are covered too; `git verify-commit` says the same. A ref that only ever names the newest such
 * commit costs the repository nothing: the ones before it are the server's to forget. Source: gitformat-signature(5).
 */
import { because, GitError } from './error.ts';
import { writeLoose } from './loose.ts';
import { signedPartsOf } from './signed.ts';
import { readCommit, readObject, readTree, type Repository } from './store.ts';

/** What is to be stated, by whom and when. */
export interface Stating {
  /** Contents by name; no name holds a slash. */
  readonly files: ReadonlyMap<string, string>;
  readonly author: { readonly name: string; readonly mail: string };
  /** Unix seconds. */
  readonly time: number;
  readonly message: string;
  /** Sign bytes for the namespace `git`. Shape: an armored ssh signature. */
  readonly sign: (payload: Uint8Array) => string;
}

/** One file of a statement, and what stands for it. */
export interface Stated {
  readonly ok: true;
  readonly content: Uint8Array;
  /** null: nobody signed. */
  readonly signature: string | null;
  /** What the signature must be over. */
  readonly payload: Uint8Array;
}

/** Why there is nothing to judge: a clause, e.g. `it holds no report.json`. */
export interface Unstated {
  readonly ok: false;
  readonly why: string;
}

/** Which file to read. */
export interface Reading {
  readonly file: string;
  readonly mostBytes: number;
}

/** Write a signed commit into a repository as loose objects. No ref names it yet. Errors: GitError. Shape: its id. */
export async function writeStatement(repository: Repository, { files, author, time, message, sign }: Stating): Promise<string> {
  const tree = await writeFiles(repository, files);
  const person = `${author.name} <${author.mail}> ${time} +0000`;
  const header = `tree ${tree}\nauthor ${person}\ncommitter ${person}\n`;
  const rest = `\n${message.trimEnd()}\n`;
  const signature = sign(Buffer.from(header + rest)).trimEnd().replaceAll('\n', '\n ');
  return write(repository, 'commit', Buffer.from(`${header}gpgsig ${signature}\n${rest}`));
}

/** Read one file of a statement, unjudged: whoever may push may have written it. Never throws for what is wrong with it. */
export async function readStatement(repository: Repository, oid: string, { file, mostBytes }: Reading): Promise<Stated | Unstated> {
  try {
    const { tree } = await readCommit(repository, oid);
    const entry = (await readTree(repository, tree))?.find(({ name, mode }) => name === file && mode === '100644');
    if (entry === undefined) return { ok: false, why: `it holds no ${file}` };
    const { type, bytes } = await readObject(repository, entry.oid);
    if (type !== 'blob') return { ok: false, why: `its ${file} is a ${type}` };
    if (bytes.length > mostBytes) return { ok: false, why: `its ${file} has ${bytes.length} bytes, and ${mostBytes} are the most that is read` };
    const { signature, payload } = await signedPartsOf(repository, oid);
    return { ok: true, content: bytes, signature, payload };
  } catch (error) {
    if (error instanceof GitError) return { ok: false, why: because(error) };
    throw error;
  }
}

async function writeFiles(repository: Repository, files: ReadonlyMap<string, string>): Promise<string> {
  const entries: Buffer[] = [];
  for (const name of [...files.keys()].toSorted()) {
    const oid = await write(repository, 'blob', Buffer.from(files.get(name) ?? ''));
    entries.push(Buffer.from(`100644 ${name}\0`), Buffer.from(oid, 'hex'));
  }
  return write(repository, 'tree', Buffer.concat(entries));
}

async function write(repository: Repository, type: 'blob' | 'tree' | 'commit', object: Uint8Array): Promise<string> {
  try {
    return await writeLoose(repository.gitdir, { type, bytes: object });
  } catch (error) {
    throw new GitError(`cannot write to ${repository.gitdir}: ${because(error)}`);
  }
}
