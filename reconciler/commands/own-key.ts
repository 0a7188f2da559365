import { existsSync } from 'node:fs';
import { publicKey } from '../desired/ssh-key.ts';
import { fingerprint } from '../model/digest.ts';
import { text, UsageError, type Call, type World } from './command.ts';
import { gitConfig, homely } from './git-config.ts';
import { publicKeyIn } from './public-key.ts';

/** The key that somebody signs with. */
export interface OwnKey {
  readonly type: string;
  /** base64, as it stands in a .pub file. */
  readonly blob: string;
  /** Shape: `SHA256:…`, as ssh-keygen -l prints it. */
  readonly fingerprint: string;
  /** As it would stand in member.yaml. */
  readonly line: string;
  /** Where it was found, for people. */
  readonly from: string;
}

/** Why there is none that can be used, and what would give one. */
export interface NoKey {
  readonly why: string;
  readonly fix: readonly string[];
}

const KEY = 'git config user.signingkey ~/.ssh/id_ed25519.pub';
const SSH = 'git config gpg.format ssh';

/** Find the key of whoever runs croft: the one given with `--key`, else the one git signs with. No agent is asked. */
export function ownKey(call: Call, gitdir: string, { directory, ssh: { home } }: World): OwnKey | NoKey {
  const given = text(call, 'key');
  if (given !== null) return keyOf(publicKeyIn(directory, publicSide(homely(given, home)), '--key'), `--key ${given}`);
  const config = gitConfig(gitdir, home);
  const [setting, format] = [config.get('user.signingkey'), config.get('gpg.format') ?? 'openpgp'];
  if (setting === undefined || setting === '') return { why: 'git is not told which key is yours: user.signingkey is not set', fix: [SSH, KEY] };
  if (format !== 'ssh') return { why: `git does not sign with ssh: gpg.format is ${format}`, fix: [SSH, KEY] };
  const literal = setting.startsWith('key::') ? setting.slice('key::'.length) : /^(?:ssh-|ecdsa-|sk-)\S+ \S/.test(setting) ? setting : null;
  if (literal !== null) return keyOf(literal.trim(), 'user.signingkey');
  return fromFile(publicSide(homely(setting, home)), directory);
}

function fromFile(path: string, directory: string): OwnKey | NoKey {
  try {
    return keyOf(publicKeyIn(directory, path, 'user.signingkey'), `user.signingkey ${path}`);
  } catch (error) {
    if (error instanceof UsageError) return { why: error.message, fix: [KEY] };
    throw error;
  }
}

/** Git takes the private half's name too; the public half lies beside it. */
function publicSide(path: string): string {
  return !path.endsWith('.pub') && existsSync(`${path}.pub`) ? `${path}.pub` : path;
}

function keyOf(line: string, from: string): OwnKey | NoKey {
  const key = publicKey(line.replace(/\s+/g, ' ').trim(), 'signing');
  if ('why' in key) return { why: `cannot sign with the key of ${from}: ${key.why}`, fix: ['ssh-keygen -t ed25519', SSH, KEY] };
  const comment = /^[!-~](?: ?[!-~])*$/.test(key.comment) ? ` ${key.comment}` : '';
  return { type: key.type, blob: key.blob, fingerprint: fingerprint(Buffer.from(key.blob, 'base64')), line: `${key.type} ${key.blob}${comment}`, from };
}
