import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refused, type Refused } from '../authority/refused.ts';
import { readPrivateKey, type PrivateKey } from '../authority/sign.ts';
import { because, codeOf } from '../git/error.ts';
import { digest } from '../model/digest.ts';
import type { Signer } from '../model/host-report.ts';

/** Where a host keeps the key by which others know it. The package makes it. */
export const hostKeyPath = '/etc/croft/host.key';

/** Where the key is: at its place below a root, or lent by whoever started this. */
export interface KeyPlace {
  readonly root: string;
  readonly credentials?: string | null;
}

/** Tell the key of a host from any other; null where it has none, or where it is not for the caller to read. */
export function keyDigest(place: KeyPlace): string | null {
  try {
    const bytes = readFileSync(pathOf(place));
    return isNone(bytes.toString('latin1')) ? null : digest(bytes);
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return null;
  }
}

/** Read the key with which this host signs: null where nobody expects one. Shape: why not, in a sentence, when it is expected and cannot be used. */
export async function signingKeyOf(place: KeyPlace, { name, key }: Signer): Promise<PrivateKey | Refused | null> {
  if (key === null) return null;
  const found = await readKey(pathOf(place));
  const unsigned = `cannot sign this host's report with ${hostKeyPath}`;
  const make = `make one with ssh-keygen -t ed25519 -N '' -f ${hostKeyPath} and declare its .pub line`;
  if (found === null) return refused(`${unsigned}: there is none, and hosts/${name}.yaml declares a key – ${make}`);
  if (!found.ok) return refused(`${unsigned}: ${found.why}`);
  const another = `it is not the key that hosts/${name}.yaml declares, so nobody would believe it – declare the line of ${hostKeyPath}.pub`;
  return found.blob === key.blob ? found : refused(`${unsigned}: ${another}`);
}

function pathOf({ root, credentials = null }: KeyPlace): string {
  return credentials === null ? join(root, hostKeyPath) : join(credentials, 'host.key');
}

/** A unit whose host has no key is lent this word: systemd lends nothing empty. */
function isNone(text: string): boolean {
  return text.trim() === 'none';
}

async function readKey(path: string): Promise<PrivateKey | Refused | null> {
  try {
    const text = await readFile(path, 'utf8');
    return isNone(text) ? null : readPrivateKey(text);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    if (codeOf(error) === null) throw error;
    return refused(because(error));
  }
}
