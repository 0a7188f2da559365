/**
 * Secrets that stand sealed in the repository, opened with the key of the host's sshd, which only root can read. The value goes into one
 * file and nowhere else. Beside it, in a place of root's own, the machine notes which sealed text it was, with a salted MAC of the value:
 * so the next run need open nothing to see that all is well, and a file that somebody changed is told from a text that is new.
 * Source: sshd(8), FILES; RFC 2104.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { open } from '../age/seal.ts';
import { readPair, type Pair } from '../authority/private-key.ts';
import { digest } from '../model/digest.ts';
import { sealed } from '../model/grammar/sealed.ts';
import { MachineError, type Probe, type Step } from '../model/machine.ts';
import { equalSecretly } from './derive.ts';
import type { Ground } from './ground.ts';
import { readRootsOwn } from './roots-own.ts';
import { write } from './write.ts';

/** The key of the host's sshd, to which secrets are sealed. */
export const HOST_KEY_PATH = '/etc/ssh/ssh_host_ed25519_key';

type Wanted = Pick<Extract<Probe, { ask: 'sealed' }>, 'label' | 'sealed' | 'record'>;

/** Open a sealed text into its file, or leave the old one as it is. Errors: MachineError that says why, and nothing of the value. */
export async function unseal(ground: Ground, step: Extract<Step, { do: 'unseal' }>): Promise<void> {
  const { path, mode, owner, group, record } = step;
  const text = await opened(ground, step);
  await write(ground, { path, text, mode, owner, group, secret: true });
  await write(ground, { path: record, text: noteOf(digest(step.sealed), text), mode: '0600', owner: 'root', group: 'root', secret: true });
}

/** Say of which sealed text a file holds the value: the one that was opened into it, or the one that is wanted; null when of neither. */
export async function openedInto(ground: Ground, wanted: Wanted, text: string): Promise<string | null> {
  const noted = readRootsOwn(ground, wanted.record);
  const known = noted.ok ? textNoted(noted.text, text) : null;
  if (known !== null) return known;
  try {
    return equalSecretly(text, await opened(ground, wanted)) ? digest(wanted.sealed) : null;
  } catch (error) {
    if (error instanceof MachineError) return null;
    throw error;
  }
}

async function opened(ground: Ground, { label, sealed: text }: Wanted): Promise<string> {
  const armour = sealed(text);
  if (armour === null) throw refused(label, 'it is no sealed text');
  const found = await open(label, armour, hostKey(ground, label));
  if (found.ok) return found.value;
  const isForeign = found.why === 'it is sealed to other keys';
  throw refused(label, isForeign ? "it is sealed to other keys than this host's – its owner can: croft secret rotate" : `${found.why} – its owner can: croft secret set`);
}

function hostKey(ground: Ground, label: string): Pair {
  const found = readRootsOwn(ground, HOST_KEY_PATH);
  if (!found.ok) throw refused(label, `${HOST_KEY_PATH} ${found.why ?? 'is not there'}`);
  const pair = readPair(found.text);
  if (!pair.ok) throw refused(label, `${HOST_KEY_PATH} cannot be used: ${pair.why}`);
  return pair;
}

function refused(label: string, because: string): MachineError {
  return new MachineError(`cannot open the secret ${label}: ${because}`);
}

/** Shape: `<digest of the sealed text> <salt> <MAC of the value under the salt>`, both in hexadecimal digits. */
function noteOf(of: string, value: string): string {
  const salt = randomBytes(16).toString('hex');
  return `${of} ${salt} ${mac(salt, value)}\n`;
}

function textNoted(note: string, value: string): string | null {
  const [, of = '', salt = '', noted = ''] = /^(sha256:[0-9a-f]{64}) ([0-9a-f]{32}) ([0-9a-f]{64})\n$/.exec(note) ?? [];
  return of !== '' && equalSecretly(noted, mac(salt, value)) ? of : null;
}

function mac(salt: string, value: string): string {
  return createHmac('sha256', salt).update(value).digest('hex');
}
