import { publicKey, type KeyLine } from '../../desired/ssh-key.ts';
import { fingerprint } from '../../git/ssh/known-hosts.ts';
import type { PublicKey } from '../../model/desired.ts';
import type { Answer } from '../host-errand.ts';
import { UsageError } from '../command.ts';
import type { Job } from './job.ts';
import { readIfAny, type Settled, type Stage } from './step.ts';

const hostKeyFile = '/etc/croft/host.key.pub';
const sshdKeyFile = '/etc/ssh/ssh_host_ed25519_key.pub';

/** Compare the host's keys with its document, before anything could begin a run. */
export const keys: Stage = {
  title: ({ host }) => `compare its keys with ${host.source.file}`,
  steps: () => [readIfAny(hostKeyFile), readIfAny(sshdKeyFile)],
  settle: ([own, sshd], job) => compared(own, sshd, job),
};

/** One key of the host, and what its document says of it. */
interface Compared {
  readonly field: 'key' | 'ssh-host-key';
  readonly there: KeyLine | null;
  readonly declared: PublicKey | null;
  readonly line: string;
}

function compared(own: Answer | undefined, sshd: Answer | undefined, { host }: Job): Settled {
  const [ownKey, sshdKey] = [keyOf(own), keyOf(sshd)];
  if (ownKey === null) throw new UsageError(noKey(host.name));
  const both: readonly Compared[] = [
    { field: 'key', there: ownKey, declared: host.key, line: lineOf('key', ownKey, `croft@${host.name}`) },
    { field: 'ssh-host-key', there: sshdKey, declared: host.sshHostKey, line: sshdKey === null ? '' : lineOf('ssh-host-key', sshdKey, `root@${host.name}`) },
  ];
  const other = both.find(({ there, declared }) => there !== null && declared !== null && there.blob !== declared.blob);
  if (other !== undefined) throw new UsageError(differing(other, host.name));
  const missing = both.filter(({ there, declared }) => there !== null && declared === null);
  if (missing.length === 0) return { result: 'they are as declared' };
  const say = `what is not declared yet goes into ${host.source.file}:`;
  return { result: say, lines: missing.map(({ line }) => `  ${line}`) };
}

function noKey(name: string): string {
  const make = `make one there with ssh-keygen -t ed25519 -N '' -f ${hostKeyFile.replace(/\.pub$/, '')}, and run this command again`;
  return `cannot go on with ${name}: ${hostKeyFile} there holds no ed25519 key – ${make}`;
}

function differing({ field, there, declared, line }: Compared, name: string): string {
  const [declaredHere, foundThere] = [declared, there].map((key) => fingerprint(Buffer.from(key?.blob ?? '', 'base64')));
  const both = `${declared?.source.file} declares ${field} ${declaredHere}, and the host has ${foundThere}`;
  return `cannot go on with ${name}: ${both} – when the host was set up anew, this is its line now:\n  ${line}`;
}

/** The comment is ours: the host's own may hold what YAML or a terminal would act on. */
function lineOf(field: Compared['field'], { type, blob }: KeyLine, comment: string): string {
  return `${field}: ${type} ${blob} ${comment}`;
}

function keyOf(answer: Answer | undefined): KeyLine | null {
  const [line = ''] = answer?.out.split('\n') ?? [];
  const key = publicKey(line.trim());
  return 'why' in key || key.type !== 'ssh-ed25519' ? null : key;
}
