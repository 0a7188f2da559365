/**
 * One connection to a server behind ssh, and conversations on it, one after the other: each is a command that the server runs, with
 * our octets on its standard input and its output to read. Nothing is awaited without the watch: ssh itself sets no limit to how long
 * a server may say nothing, nor to what it sends. The package is loaded when the first connection is made.
 * Source: RFC 4254 §6.5 (commands), RFC 4252 §7 (public keys).
 */
import type { Client, ClientChannel } from 'ssh2';
import { because, codeOf, GitError, isPassing } from '../error.ts';
import { algorithmsFor, noSuchKey, refusalOf } from './host-key.ts';
import type { Limits } from '../http.ts';
import { knownKeys, type Known } from './known-hosts.ts';
import { said } from '../said.ts';
import { conversation, type Conversation } from './conversation.ts';
import { credentials, type Credentials, type SshIdentity } from './identity.ts';
import { serverOf, type SshRemote } from './remote.ts';
import type { Purpose } from '../transport.ts';
import { watch, type Watch } from './watch.ts';

/** A connection that is made when the first command is run. */
export interface SshConnection {
  /** Run a command on the server. Errors: GitError when the server cannot be reached, is not the one it should be, or does not let us in. */
  run(command: string, purpose: Purpose): Promise<Conversation>;
  close(): void;
}

/** Make ready to talk to a server. */
export function sshConnection(remote: SshRemote, limits: Limits, identity: SshIdentity): SshConnection {
  let client: Client | null = null;
  let closed = false;
  let connecting: Promise<Client> | null = null;
  const guard = watch(limits, () => client?.destroy());
  async function connect(): Promise<Client> {
    const { Client: Made, utils } = (await import('ssh2')).default;
    const known = await knownKeys(identity.knownHosts, remote);
    const keys = await credentials(identity, remote.user, utils.parseKey);
    if (closed) throw new GitError(`cannot talk to ${serverOf(remote)}: there was no time left for it`);
    client = new Made();
    return loggedIn(client, { remote, limits, known, keys, files: identity.knownHosts, guard });
  }
  return {
    run: async (command, purpose) => {
      const ready = await guard.over((connecting ??= connect()), purpose);
      const channel = await guard.over(execute(ready, command), purpose);
      return conversation(channel, (waited) => guard.over(waited, purpose), purpose);
    },
    close: () => {
      closed = true;
      guard.stop();
      if (client !== null) hangUp(client);
    },
  };
}

const brokenOff = 'the server broke the connection off';

interface Terms {
  readonly remote: SshRemote;
  readonly limits: Limits;
  readonly known: Known;
  readonly files: readonly string[];
  readonly keys: Credentials;
  readonly guard: Watch;
}

function loggedIn(client: Client, terms: Terms): Promise<Client> {
  const { remote, limits, known, files, keys, guard } = terms;
  let refused: string | null = null;
  return new Promise((done) => {
    // Its packets are small and wait for each other: none of them may wait to be sent.
    client.on('handshake', () => client.setNoDelay(true));
    client.on('ready', () => done(client));
    client.on('timeout', () => guard.silent());
    client.on('close', () => guard.giveUp(brokenOff, true));
    client.on('error', (error: Error & { readonly level?: string }) => {
      // An agent that does not answer is one way in less, not the end.
      if (error.level !== 'agent') guard.giveUp(refused ?? reasonOf(error, terms), refused === null && (isPassing(error) || isBrokenOff(error)));
    });
    client.connect({
      host: remote.host,
      port: remote.port,
      username: remote.user,
      readyTimeout: 0,
      timeout: limits.silenceSeconds * 1000,
      algorithms: { serverHostKey: algorithmsFor(known) },
      hostVerifier: (key: Buffer): boolean => {
        refused = refusalOf(key, remote, { known, files });
        return refused === null;
      },
      authHandler: [...keys.methods],
    });
  });
}

function reasonOf(error: Error & { readonly level?: string }, { remote, known, keys }: Terms): string {
  const locked = error.level === 'client-authentication' || /too many authentication/i.test(error.message);
  if (locked) return `${serverOf(remote)} lets none of these keys in: ${keys.tried.join(', ')}`;
  if (/no matching host key format/.test(error.message)) return noSuchKey(remote, known);
  if (isBrokenOff(error)) return brokenOff;
  return codeOf(error) === null ? `the connection to ${serverOf(remote)} fails: ${said(error.message)}` : because(error);
}

function isBrokenOff({ message }: Error): boolean {
  return /^Connection lost before handshake/.test(message);
}

function execute(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((done, fail) => {
    client.exec(command, (error, channel) => (error === undefined ? done(channel) : fail(new GitError(`cannot run ${command} there: ${said(error.message)}`))));
  });
}

/** Say goodbye; a server that does not answer it is not waited for. */
function hangUp(client: Client): void {
  const late = setTimeout(() => client.destroy(), 1000);
  client.once('close', () => clearTimeout(late));
  client.end();
}
