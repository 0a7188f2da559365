/** The repository, a remote or the mirror cannot be used. Its message is written for people and begins with "cannot". */
export class GitError extends Error {
  override readonly name = 'GitError';
  /** Was it only that a server could not answer just then? Asked a little later, it may. */
  readonly passing: boolean;

  constructor(message: string, { passing = false }: { readonly passing?: boolean } = {}) {
    super(message);
    this.passing = passing;
  }
}

/** May what was thrown be over in a moment: a server that is silent, busy or being started, a network that is away? */
export function isPassing(error: unknown): boolean {
  return error instanceof GitError ? error.passing : passing.has(codeOf(error) ?? '');
}

const passing: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);

/** Say in one line why something was thrown, for the end of a message. Errors of the file system are told without their syscall. */
export function because(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  return (code === null ? undefined : plain[code]) ?? (error.message.split('\n')[0] || code || error.name);
}

/** Read the code of an error of node or of the git library, null when it has none. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

const plain: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file or directory',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EIO: 'the disk has an error',
  ECONNREFUSED: 'the server refuses the connection',
  ECONNRESET: 'the server broke the connection off',
  ENOTFOUND: 'the name of the server is not known',
  EAI_AGAIN: 'the name of the server cannot be looked up now',
  EHOSTUNREACH: 'the server cannot be reached',
  ENETUNREACH: 'the network of the server cannot be reached',
  ETIMEDOUT: 'the server does not answer in time',
};
