import { MachineError } from '../model/machine.ts';

const REASONS: { readonly [code: string]: string } = {
  EACCES: 'permission is denied',
  EPERM: 'the system does not allow it (is the file immutable? see lsattr)',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EIO: 'the disk has an error',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'it is not there',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'a directory is there',
  ELOOP: 'a link is there',
  EBUSY: 'it is in use',
  EXDEV: 'it is on another file system',
  EMFILE: 'croft has too many files open',
};

/** Turn what the system refused into a MachineError that says it in words; anything else is a bug and comes back as it is. */
export function refusal(undoable: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error && 'syscall' in error ? String(error.code) : null;
  return code === null ? error : new MachineError(`${undoable}: ${REASONS[code] ?? 'the system refuses it'} (${code})`);
}
