/**
 * A repository behind git's smart HTTP protocol, as every forge and `git http-backend` offer it: two requests at most, the refs and the
 * pack that is fetched or pushed. Whoever fetches and pushes does so without a name: what wants a login is reached by ssh.
 * Source: gitprotocol-http(5), git-http-backend(1).
 */
import { GitError } from './error.ts';
import { advertisementBytes, connection, type Limits } from './http.ts';
import { lineOf, packetsOf } from './pkt.ts';
import type { Purpose, Transport } from './transport.ts';
import { branchOf, packOf, packRequest, parseAdvertisement, type Advertisement } from './uploadpack.ts';

/** The refs, and where they were found: forges send `/repo` on to `/repo.git`, and all that follows is asked for there as well. */
interface Found {
  readonly base: string;
  readonly advertised: Advertisement;
}

/** Open the way to a repository over http or https. */
export function web(url: URL, limits: Limits): Transport {
  const { exchange, close } = connection(limits);
  let first: Promise<Found> | null = null;
  async function find(purpose: Purpose): Promise<Found> {
    const { service, cannotAnswer } = servicesFor[purpose];
    const asked = new URL(`${url.href.replace(/\/+$/, '')}/info/refs?service=${service}`);
    const reply = await exchange({ purpose, method: 'GET', url: asked, headers: {}, maxBytes: advertisementBytes });
    if (!reply.contentType.startsWith(`application/x-${service}-advertisement`)) throw new GitError(cannotAnswer);
    return { base: reply.url.href.replace(/\/info\/refs\?.*$/, ''), advertised: advertisedIn(reply.body, purpose) };
  }
  const post = async (purpose: Purpose, base: string, { body, maxBytes }: Post): Promise<Uint8Array> => {
    const { service } = servicesFor[purpose];
    const headers = { 'content-type': `application/x-${service}-request`, accept: `application/x-${service}-result` };
    return (await exchange({ purpose, method: 'POST', url: new URL(`${base}/${service}`), headers, body, maxBytes })).body;
  };
  const fetched = (): Promise<Found> => (first ??= find('fetch'));
  return {
    refs: async () => (await fetched()).advertised.refs,
    tipOf: async (branch) => branchOf((await fetched()).advertised, branch),
    bring: async (want) => {
      const { base } = await fetched();
      await (await import('./storepack.ts')).storePack(want, packOf(await post('fetch', base, { body: packRequest(want.oids, want.haves), maxBytes: want.maxBytes })));
    },
    push: async (repository, updates) => {
      const { base, advertised } = await find('push');
      const way = { exchange: (body: Uint8Array) => post('push', base, { body, maxBytes: advertisementBytes }), leave: () => {} };
      return (await import('./push/receivepack.ts')).pushThrough({ repository, updates, advertised, maxBytes: limits.packBytes }, way);
    },
    close,
  };
}

interface Post {
  readonly body: Uint8Array;
  readonly maxBytes: number;
}

const servicesFor = {
  fetch: { service: 'git-upload-pack', cannotAnswer: 'cannot fetch: the server answers, but not as a git server does' },
  push: { service: 'git-receive-pack', cannotAnswer: 'cannot push: the server answers, but not as a git server that takes changes does' },
} as const satisfies Record<Purpose, unknown>;

/** Over http one line that names the program comes before what it says. */
function advertisedIn(body: Uint8Array, purpose: Purpose): Advertisement {
  const [head, ...packets] = packetsOf(body);
  const named = head !== undefined && head !== null && lineOf(head, purpose) === `# service=${servicesFor[purpose].service}`;
  if (!named) throw new GitError('cannot read the answer: it is not git\'s protocol');
  return parseAdvertisement(packets, purpose);
}
