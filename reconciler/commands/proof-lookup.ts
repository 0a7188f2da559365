/**
 * The only door to DNS. The name servers of the domain itself are asked, since what was published a minute ago is there and nowhere else
 * yet: a resolver remembers for a while that it found nothing (RFC 2308). Which they are, the system's resolver says, from the domain
 * upwards. Whoever has a domain chooses those addresses, so none is asked that leads into this network; then the system's resolver is
 * asked instead. A name that has no such record is an answer; silence, refusal and nonsense are none.
 */
import { Resolver } from 'node:dns/promises';
import { rangeOf } from '../desired/private-ranges.ts';
import { parentOf } from '../desired/ownership.ts';
import { codeOf } from '../git/error.ts';

/** The texts at a name; or why nobody could say. */
export type Texts = { readonly ok: true; readonly texts: readonly string[] } | { readonly ok: false; readonly why: string };

/** How to look. */
export interface Look {
  /** `ADDRESS` or `ADDRESS:PORT` to ask instead of the domain's own name servers. */
  readonly resolver: string | null;
  /** Units: milliseconds for each server. */
  readonly patience: number;
  /** Ends everything. */
  readonly deadline?: AbortSignal;
}

const mostServers = 4;
const NOTHING: readonly string[] = ['ENOTFOUND', 'ENODATA'];
const WORDS: { readonly [code: string]: string } = {
  ETIMEOUT: 'nobody answered', ECONNREFUSED: 'nobody answered', ECANCELLED: 'there was no time left',
  EREFUSED: 'the server refuses to answer', ESERVFAIL: 'the server failed',
  EBADRESP: 'the answer is damaged', EFORMERR: 'the server did not understand the question', ENOTIMP: 'the server knows no such records',
};

/** Look up the texts at a name of a domain. */
export async function textsAt(name: string, domain: string, look: Look): Promise<Texts> {
  if (look.deadline?.aborted === true) return { ok: false, why: WORDS['ECANCELLED'] ?? '' };
  if (look.resolver !== null) return ask(name, [look.resolver], look);
  const own = await serversOf(domain, look);
  const direct = own.length === 0 ? null : await ask(name, own, look);
  return direct?.ok === true ? direct : ask(name, null, look);
}

/** Is this something that `--resolver` takes? */
export function isResolver(text: string): boolean {
  try {
    new Resolver().setServers([text]);
    return true;
  } catch {
    return false;
  }
}

async function ask(name: string, servers: readonly string[] | null, look: Look): Promise<Texts> {
  try {
    const records = await within(look, servers, (resolver) => resolver.resolveTxt(name));
    return { ok: true, texts: records.map((strings) => strings.join('')) };
  } catch (error) {
    const code = codeOf(error);
    if (code === null || !/^E[A-Z]+$/.test(code)) throw error;
    return NOTHING.includes(code) ? { ok: true, texts: [] } : { ok: false, why: WORDS[code] ?? code };
  }
}

/** The public addresses of the name servers of the nearest zone at or above a domain; none when nobody knows. */
async function serversOf(domain: string, look: Look): Promise<readonly string[]> {
  for (let zone = domain; zone.includes('.'); zone = parentOf(zone)) {
    const names = await quietly(() => within(look, null, (resolver) => resolver.resolveNs(zone)));
    if (names.length === 0) continue;
    const some = names.slice(0, mostServers);
    const found = await Promise.all(some.flatMap((name) => [
      quietly(() => within(look, null, (resolver) => resolver.resolve4(name))), quietly(() => within(look, null, (resolver) => resolver.resolve6(name))),
    ]));
    return found.flat().filter((address) => rangeOf(address) === null).slice(0, mostServers);
  }
  return [];
}

async function quietly(work: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return [];
  }
}

/** Have a question answered within the patience for one server, and before the deadline. */
async function within<Value>({ patience, deadline }: Look, servers: readonly string[] | null, work: (resolver: Resolver) => Promise<Value>): Promise<Value> {
  const resolver = new Resolver({ timeout: patience, tries: 1 });
  if (servers !== null) resolver.setServers(servers.map((each) => (each.includes(':') && !each.includes('.') && !each.startsWith('[') ? `[${each}]` : each)));
  const cancel = (): void => resolver.cancel();
  const timer = setTimeout(cancel, patience * 2);
  deadline?.addEventListener('abort', cancel);
  try {
    const answer = work(resolver);
    if (deadline?.aborted === true) cancel();
    return await answer;
  } finally {
    clearTimeout(timer);
    deadline?.removeEventListener('abort', cancel);
  }
}
