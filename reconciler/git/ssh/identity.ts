import { readFile } from 'node:fs/promises';
import type { AnyAuthMethod, ParsedKey, utils } from 'ssh2';
import { because, GitError } from '../error.ts';

/** Who croft is to a server behind ssh, and whom it takes for that server: paths of files, and of an agent's socket. */
export interface SshIdentity {
  /** Private keys, in OpenSSH's own format, not encrypted; tried in this order. */
  readonly keyFiles: readonly string[];
  /** The socket of an ssh-agent, asked after the files. */
  readonly agent: string | null;
  /** Files in the format of known_hosts; a server that stands in none of them is not talked to. */
  readonly knownHosts: readonly string[];
}

/** Keys made ready, and what to say of them when the server takes none. */
export interface Credentials {
  readonly methods: readonly AnyAuthMethod[];
  readonly tried: readonly string[];
}

/** Make ready the keys of an identity; never a password. Errors: GitError when not one key can be used. */
export async function credentials(identity: SshIdentity, user: string, parse: typeof utils.parseKey): Promise<Credentials> {
  const methods: AnyAuthMethod[] = [];
  const tried: string[] = [];
  for (const file of identity.keyFiles) {
    const key = await privateKey(file, parse);
    if (typeof key === 'string') tried.push(`${file} (${key})`);
    else {
      tried.push(file);
      methods.push({ type: 'publickey', username: user, key });
    }
  }
  if (identity.agent !== null) {
    tried.push(`the agent at ${identity.agent}`);
    methods.push({ type: 'agent', username: user, agent: identity.agent });
  }
  if (tried.length === 0) throw new GitError(`cannot log in as ${user}: no key file and no agent is named`);
  if (methods.length === 0) throw new GitError(`cannot log in as ${user}: no key can be used: ${tried.join(', ')}`);
  return { methods, tried };
}

/** The key in a file, or why there is none. */
async function privateKey(file: string, parse: typeof utils.parseKey): Promise<ParsedKey | string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    return because(error);
  }
  const parsed: unknown = parse(bytes);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  const locked = key instanceof Error && /passphrase|encrypted/i.test(key.message);
  if (locked) return 'it is encrypted: hand it to an ssh-agent and name the agent\'s socket';
  if (key instanceof Error) return 'it is not a key in OpenSSH\'s format';
  return isPrivate(key) ? key : 'it is a public key';
}

function isPrivate(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'isPrivateKey' in key && typeof key.isPrivateKey === 'function' && key.isPrivateKey() === true;
}
