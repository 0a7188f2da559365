/**
 * Secrets that stand sealed in the repository, opened with the key of the host's sshd, which only root can read. The value goes into one
 * file and nowhere else. Beside it, in a place of root's own, the machine notes which sealed text it was, with a MAC of the value under the host's key:
 * so the next run need open nothing to see that all is well, and a file that somebody changed is told from a text that is new.
 * Source: sshd(8), FILES; RFC 2104.
 */
import { createHmac } from 'node:crypto';
import { readPair, type Pair } from '../authority/private-key.ts';
import { digest } from '../model/digest.ts';
import { sealed } from '../model/grammar/sealed.ts';
import { MachineError, type Probe, type Step } from '../model/machine.ts';
import { equalSecretly } from './derive.ts';
import type { Ground } from './ground.ts';
import { readRootsOwn, type RootsOwn } from './roots-own.ts';
import { write } from './write.ts';

/** The key of the host's sshd, to which secrets are sealed. */
export const HOST_KEY_PATH = '/etc/ssh/ssh_host_ed25519_key';

type Wanted = Pick<Extract<Probe, { ask: 'sealed' }>, 'label' | 'sealed' | 'record'>;

/** Open a sealed text into its file, or leave the old one as it is. Errors: MachineError that says why, and nothing of the value. */
export async function unseal(ground: Ground, step: Extract<Step, { do: 'unseal' }>): Promise<void> {
  const { path, mode, owner, group, record } = step;
  const pair = hostKey(ground, step.label);
  const text = await opened(pair, step);
  await write(ground, { path, text, mode, owner, group, secret: true });
  await write(ground, { path: record, text: noteOf(pair, digest(step.sealed), text), mode: '0600', owner: 'root', group: 'root', secret: true });
}

/** Say of which sealed text a file holds the value: the one that was opened into it, or the one that is wanted; null when of neither. */
export async function openedInto(ground: Ground, wanted: Wanted, text: string): Promise<string | null> {
  try {
    const pair = hostKey(ground, wanted.label);
    const known = textNoted(pair, readRootsOwn(ground, wanted.record), text);
    return known ?? (equalSecretly(text, await opened(pair, wanted)) ? digest(wanted.sealed) : null);
  } catch (error) {
    if (error instanceof MachineError) return null;
    throw error;
  }
}

async function opened(pair: Pair, { label, sealed: text }: Wanted): Promise<string> {
  const armour = sealed(text);
  if (armour === null) throw refused(label, 'it is no sealed text');
  const { open } = await import('../age/seal.ts');
  const found = await open(label, armour, pair);
  if (found.ok) return found.value;
  const isForeign = found.why === 'it is sealed to other keys';
  throw refused(label, isForeign ? "it is sealed to other keys than this host's – its owner can: croft secret rotate" : `${found.why} – its owner can: croft secret set`);
}

function hostKey(ground: Ground, label: string): Pair {
  const found = readRootsOwn(ground, HOST_KEY_PATH);
  if (!found.ok) throw refused(label, `${HOST_KEY_PATH} ${found.why ?? 'is not there'}`);
  const pair = remembered?.text === found.text ? remembered.pair : readPair(found.text);
  if (!pair.ok) throw refused(label, `${HOST_KEY_PATH} cannot be used: ${pair.why}`);
  remembered = { text: found.text, pair };
  return pair;
}

/** Taking a key apart costs more than comparing a file with its note, and a run does that for every secret. */
let remembered: { readonly text: string; readonly pair: Pair } | null = null;

function refused(label: string, because: string): MachineError {
  return new MachineError(`cannot open the secret ${label}: ${because}`);
}

/** Shape: `<digest of the sealed text> <MAC of the value>`; without the host's key it says nothing of the value. */
function noteOf(pair: Pair, of: string, value: string): string {
  return `${of} ${mac(pair, value)}\n`;
}

function textNoted(pair: Pair, note: RootsOwn, value: string): string | null {
  const [, of = '', noted = ''] = /^(sha256:[0-9a-f]{64}) ([0-9a-f]{64})\n$/.exec(note.ok ? note.text : '') ?? [];
  return of !== '' && equalSecretly(noted, mac(pair, value)) ? of : null;
}

function mac({ seed }: Pair, value: string): string {
  const key = createHmac('sha256', seed).update('croft: what was opened into a file').digest();
  return createHmac('sha256', key).update(value).digest('hex');
}
