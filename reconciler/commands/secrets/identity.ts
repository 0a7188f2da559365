import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pairOf, readPair, type Pair } from '../../authority/private-key.ts';
import { because } from '../../git/error.ts';
import { text, UsageError, type Call, type World } from '../command.ts';
import { homely } from '../git-config.ts';

/** Read the private key of whoever runs croft: `--identity`, else ~/.ssh/id_ed25519. A locked one is unlocked with the passphrase, asked for. Errors: UsageError. */
export async function identityOf(call: Call, world: World): Promise<Pair> {
  const { directory, ssh: { home } } = world;
  const given = text(call, 'identity');
  if (given === null && home === null) throw new UsageError('cannot find your private key: give --identity FILE');
  const path = given === null ? join(home ?? '', '.ssh/id_ed25519') : resolve(directory, homely(given, home));
  const pem = contentOf(path);
  const pair = readPair(pem);
  if (pair.ok) return pair;
  const isLocked = pair.why.startsWith('it is encrypted');
  const unlocked = isLocked ? await unlock(pem, await world.ask(`passphrase of ${path}: `)) : null;
  if (unlocked !== null) return unlocked;
  const why = isLocked ? 'the passphrase is wrong, or it is no ed25519 key' : pair.why;
  throw new UsageError(`cannot use the private key ${path}: ${why} – secrets are opened with an ed25519 key: --identity FILE`);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read your private key ${path}: ${because(error)} – give --identity FILE`);
  }
}

/** ssh2 knows the ciphers that ssh-keygen locks keys with; null when the key stays locked. */
async function unlock(pem: string, passphrase: string): Promise<Pair | null> {
  const { utils } = (await import('ssh2')).default;
  const key: unknown = utils.parseKey(pem, passphrase.replace(/\n$/, ''));
  if (key instanceof Error || typeof key !== 'object' || key === null || !('getPrivatePEM' in key) || !('type' in key) || key.type !== 'ssh-ed25519') return null;
  const { d } = createPrivateKey(String((key.getPrivatePEM as () => string)())).export({ format: 'jwk' });
  return d === undefined ? null : pairOf(Buffer.from(d, 'base64url'));
}
