import { GitError } from '../../git/error.ts';
import { idIn } from '../../handover/catalog.ts';
import { formatAnswer, formatHandover, type Handover, type Heading } from '../../handover/handover.ts';
import type { Request } from '../../handover/request.ts';
import { formatWayBack } from '../../handover/way-back.ts';
import { unlessDamaged } from '../../kept/book.ts';
import { readingsOf } from '../../kept/readings.ts';
import { declaredOf } from '../../model/declared.ts';
import { digest } from '../../model/digest.ts';
import type { Host } from '../../model/desired.ts';
import type { Signer } from '../../model/host-report.ts';
import { areInForce } from '../../model/plan.ts';
import { readerOf } from '../../reconsider.ts';
import { trade } from '../look.ts';
import type { Desk } from '../place.ts';
import { keeperAt } from '../rooms.ts';
import { known, newest, type Newest, type Source } from '../source.ts';
import { standsApart } from './apart.ts';
import { compiledOf, type Since } from './compiled.ts';
import { waitsOf } from './patience.ts';
import { keyOf, type Begun } from './unmoved.ts';
import { wayBack } from './way-back.ts';

interface Answering {
  readonly request: Request;
  readonly desk: Desk;
  readonly begun: Begun;
}

/** Answer with what the documents say, or with the way back to older ones. Shape: the answer as text. Errors: UsageError, GitError. */
export async function read(head: Pick<Handover, 'version' | 'request'>, answering: Answering): Promise<string> {
  const { request, desk } = answering;
  return request.wayBack === null ? handoverOf(head, answering) : formatWayBack({ ...head, ...(await wayBack(request.wayBack, { ...desk, host: request.host })) });
}

/** What cannot be read of a mirror may be below a directory that nobody looks through any more: the next run does, and fetches what is missing. */
async function handoverOf(head: Pick<Handover, 'version' | 'request'>, answering: Answering): Promise<string> {
  try {
    return await handover(head, answering);
  } catch (error) {
    if (error instanceof GitError) answering.begun.mirror?.listed.forget();
    throw error;
  }
}

async function handover(head: Pick<Handover, 'version' | 'request'>, { request, desk, begun }: Answering): Promise<string> {
  const keeper = keeperAt(desk);
  const readings = readingsOf(keeper);
  const source = await sourceFor(request, desk, begun);
  const wanted = { ...source.wanted, readings };
  const keeps = request.what === 'follow' || request.what === 'stay';
  const key = request.what === 'follow' ? keyOf(request, source.trusted, desk.build) : null;
  const { hosts, lines, since, ...compiled } = await compiledOf({ ...source, wanted }, { host: request.host, keeper, keeps, key });
  if (keeps) for (const each of [readings, begun.mirror?.listed]) each?.keep(wanted.head);
  const reader = readerOf(wanted, request.host, trade);
  const admins = request.admins === null ? null : await reader.admins(request.admins);
  const held = request.keepBack === null ? null : await reader.keepBack({ ...request.keepBack, now: request.now });
  const about = {
    ...head, notices: [...begun.notices, ...source.notices], remote: source.remote, trusted: source.trusted, confirmedAt: 'confirmedAt' in source ? source.confirmedAt : null,
    kept: request.keepBack === null || held !== null, admins: admins === null ? null : [...admins], hosts: hosts.map(signerOf), rollbacks: source.rollbacks,
    ...(source.stays ? { stays: true as const } : {}), key: held === null ? key : null,
  };
  if (held !== null) return formatAnswer({ ...about, catalog: held.catalog, declared: declaredOf(held.state), holds: held.holds });
  const isPart = request.part && since !== null && since.key === request.have && areInForce(compiled.holds) && !source.stays;
  const part = isPart ? await unlessDamaged(() => partOf({ ...about, ...compiled }, since)) : null;
  return part ?? formatHandover({ ...about, ...compiled }, await lines());
}

/** Hand over what is new; null where that does not stand apart from the rest. Errors: Damaged. */
function partOf({ catalog, ...about }: Heading, since: Since): string | null {
  if (!standsApart(since)) return null;
  const { key, count, lines, declared, facts } = since;
  // Guards ask for them where they are other ones, and where a table is.
  const areAsked = declared !== null || lines.some((line) => idIn(line).startsWith('table:'));
  const part = { ...about, catalog: { ...catalog, beside: count - lines.length }, amends: key };
  return areAsked ? formatHandover(part, { declared: facts(), resources: lines }) : formatHandover({ ...part, facts: digest(facts()) }, { declared: '', resources: lines });
}

function sourceFor(request: Request, desk: Desk, { fetched, mirror }: Begun): Promise<Source | Newest> {
  const { what, at, now } = request;
  if (what === 'look' || what === 'recall') return known(desk, { fetch: what === 'look', at });
  return newest(desk, { offline: what === 'stay', now, at, again: waitsOf(request), fetched, mirror });
}

function signerOf({ name, fqdn, key }: Host): Signer {
  return { name, fqdn, key: key === null ? null : { type: key.type, blob: key.blob } };
}
