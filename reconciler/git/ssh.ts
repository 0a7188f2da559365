/**
 * A repository behind ssh. The server runs `git-upload-pack` or `git-receive-pack` for us, and the protocol is the one of http without
 * its requests: the program says at once where its refs are, and on the same channel hears what is wanted of them, or that nothing is.
 * After that it ends; what is wanted later is asked of another one, on the same connection.
 * The only text of ours that a shell may see is the path, in single quotes. Source: gitprotocol-pack(5), SSH Transport; git-shell(1).
 */
import type { Limits } from './http.ts';
import { advertisementBytes } from './http.ts';
import { packetsOf } from './pkt.ts';
import { shellWord } from './ssh/shell-word.ts';
import { sshConnection } from './ssh/connection.ts';
import type { Conversation } from './ssh/conversation.ts';
import type { SshIdentity } from './ssh/identity.ts';
import type { SshRemote } from './ssh/remote.ts';
import type { Purpose, Transport } from './transport.ts';
import { branchOf, packOf, packRequest, parseAdvertisement, type Advertisement } from './uploadpack.ts';

interface Opened {
  readonly talk: Conversation;
  readonly advertised: Advertisement;
}

/** Open the way to a repository behind ssh. Nothing is sent before something is asked. */
export function ssh(remote: SshRemote, limits: Limits, identity: SshIdentity): Transport {
  const connection = sshConnection(remote, limits, identity);
  let first: Promise<Advertisement> | null = null;
  let waiting: Conversation | null = null;
  async function begin(purpose: Purpose): Promise<Opened> {
    const program = purpose === 'fetch' ? 'git-upload-pack' : 'git-receive-pack';
    const talk = await connection.run(`${program} ${shellWord(remote.path)}`, purpose);
    return { talk, advertised: parseAdvertisement(packetsOf(await talk.untilFlush(advertisementBytes)), purpose) };
  }
  async function ask(): Promise<Advertisement> {
    const { talk, advertised } = await begin('fetch');
    waiting = talk;
    return advertised;
  }
  const advertisement = (): Promise<Advertisement> => (first ??= ask());
  return {
    refs: async () => (await advertisement()).refs,
    tipOf: async (branch) => branchOf(await advertisement(), branch),
    bring: async (want) => {
      const talk = waiting ?? (await begin('fetch')).talk;
      waiting = null;
      talk.say(packRequest(want.oids, want.haves));
      await (await import('./storepack.ts')).storePack(want, packOf(await talk.rest(want.maxBytes)));
    },
    push: async (repository, updates) => {
      const { talk, advertised } = await begin('push');
      return (await import('./push/receivepack.ts')).pushThrough({ repository, updates, advertised, maxBytes: limits.packBytes }, {
        exchange: async (request) => {
          talk.say(request);
          return talk.rest(advertisementBytes);
        },
        leave: () => talk.leave(),
      });
    },
    close: () => {
      waiting?.leave();
      connection.close();
    },
  };
}
