/**
 * Talking to a host over ssh, for `croft kick` and `croft bootstrap`: one connection, and commands on it, one after the other. The key of
 * its sshd is the one that the host's document names; where that names none, known_hosts has to: whom one talks to is never learnt from
 * whoever answers. Nothing is waited for without end.
 * Source: RFC 4253 §8 (host keys), RFC 4252 §7 (public keys).
 */
import type { Client } from 'ssh2';
import { because, codeOf } from '../git/error.ts';
import { algorithmsFor, noSuchKey, refusalOf } from '../git/ssh/host-key.ts';
import { fingerprint, keyType, knownKeys, type Known } from '../git/ssh/known-hosts.ts';
import { said } from '../git/said.ts';
import type { Credentials } from '../git/ssh/identity.ts';
import { serverOf, type SshRemote } from '../git/ssh/remote.ts';
import type { PublicKey } from '../model/desired.ts';
import { execute, unreached, type Answer, type Errand, type Unreached } from './host-errand.ts';

/** A host to talk to. */
export interface Peer {
  /** Under which known_hosts may have it, beside its address. */
  readonly fqdn: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** The key of its sshd, when its document names it. */
  readonly key: PublicKey | null;
}

/** With what to come. */
export interface Entry {
  readonly keys: Credentials;
  /** Files that say which keys hosts have whose document does not. */
  readonly knownHosts: readonly string[];
}

/** A connection that is made when the first command is run. */
export interface HostSession {
  /** Run a command. Errors: GitError when a known_hosts file cannot be read. */
  run(errand: Errand): Promise<Answer | Unreached>;
  close(): void;
}

/** Make ready to talk to a host. */
export function hostSession(peer: Peer, entry: Entry): HostSession {
  let client: Client | null = null;
  let reached: Promise<Reached> | null = null;
  let closed = false;
  async function connect(): Promise<Reached> {
    const server: SshRemote = { user: peer.user, host: peer.address, port: peer.port, path: '' };
    const known = peer.key === null ? await knownAs([peer.address, peer.fqdn], peer.port, entry.knownHosts) : pinned(peer.key);
    const { Client: Made } = (await import('ssh2')).default;
    if (closed) return { client: null, lost: Promise.resolve(unreached('there was no time left for it')) };
    client = new Made();
    return logIn(client, { ...entry, peer, server, known });
  }
  return {
    run: async (errand) => {
      reached ??= connect();
      return within(errand.seconds, reached.then(({ client: ready, lost }) => (ready === null ? lost : Promise.race([lost, execute(ready, errand)]))));
    },
    close: () => {
      closed = true;
      if (client !== null) hangUp(client);
    },
  };
}

interface Terms extends Entry {
  readonly peer: Peer;
  readonly server: SshRemote;
  readonly known: Known;
}

interface Reached {
  /** null: it is lost already. */
  readonly client: Client | null;
  /** Kept when the connection ends, whoever ends it. */
  readonly lost: Promise<Unreached>;
}

async function within<Value>(seconds: number, work: Promise<Value>): Promise<Value | Unreached> {
  let late: NodeJS.Timeout | undefined;
  const silence = new Promise<Unreached>((done) => {
    late = setTimeout(() => done(unreached(`it does not answer within ${seconds} seconds`)), seconds * 1000);
  });
  try {
    return await Promise.race([silence, work]);
  } finally {
    clearTimeout(late);
  }
}

function pinned({ type, blob, source }: PublicKey): Known {
  return { pinned: [{ type, blob: Buffer.from(blob, 'base64'), file: source.file }], revoked: [], authorities: [] };
}

async function knownAs(names: readonly string[], port: number, files: readonly string[]): Promise<Known> {
  const all = await Promise.all(names.map((host) => knownKeys(files, { host, port })));
  const each = (which: keyof Known): Known[keyof Known] => all.flatMap((known) => known[which]);
  return { pinned: each('pinned'), revoked: each('revoked'), authorities: each('authorities') };
}

async function logIn(client: Client, terms: Terms): Promise<Reached> {
  const { server, known, keys } = terms;
  let stranger: Unreached | null = null;
  // Its packets are small and wait for each other: none of them may wait to be sent.
  client.on('handshake', () => client.setNoDelay(true));
  const ready = new Promise<Client>((done) => client.on('ready', () => done(client)));
  const lost = new Promise<Unreached>((done) => {
    client.on('close', () => done(unreached('it broke the connection off')));
    client.on('error', (error: Error & { readonly level?: string }) => {
      // An agent that does not answer is one way in less, not the end.
      if (error.level !== 'agent') done(stranger ?? unreached(reasonOf(error, terms)));
    });
  });
  client.connect({
    host: server.host,
    port: server.port,
    username: server.user,
    readyTimeout: 0,
    // A long command may say nothing; a peer that is gone is noticed all the same.
    keepaliveInterval: 15_000,
    algorithms: { serverHostKey: algorithmsFor(known) },
    hostVerifier: (key: Buffer): boolean => {
      stranger = strangerOf(key, terms);
      return stranger === null;
    },
    authHandler: [...keys.methods],
  });
  return { client: await Promise.race([ready, lost.then(() => null)]), lost };
}

/** Why a host's key is not accepted. Where its document pins one, that is what has to change when the key is new. */
function strangerOf(shown: Buffer, { peer, server, known, knownHosts }: Terms): Unreached | null {
  if (peer.key === null) {
    const why = refusalOf(shown, server, { known, files: knownHosts });
    return why === null ? null : unreached(why, known.pinned.length + known.revoked.length === 0 ? shown : null);
  }
  const blob = Buffer.from(peer.key.blob, 'base64');
  if (blob.equals(shown)) return null;
  const there = `whoever answers there has the key ${fingerprint(shown)} (${keyType(shown)})`;
  return unreached(`${there}, and ssh-host-key in ${peer.key.source.file} is ${fingerprint(blob)}`);
}

function reasonOf(error: Error & { readonly level?: string }, { server, known, keys }: Terms): string {
  const locked = error.level === 'client-authentication' || /too many authentication/i.test(error.message);
  if (locked) return `${serverOf(server)} lets none of these keys in: ${keys.tried.join(', ')}`;
  if (/no matching host key format/.test(error.message)) return noSuchKey(server, known);
  return codeOf(error) === null ? `the connection fails: ${said(error.message)}` : because(error);
}

/** Say goodbye; a host that does not answer it is not waited for, and does not keep the process. */
function hangUp(client: Client): void {
  const late = setTimeout(() => client.destroy(), 500);
  client.once('close', () => clearTimeout(late));
  client.end();
}
