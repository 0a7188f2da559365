import { join } from 'node:path';
import { formatAnswer, type Handover } from '../../handover/handover.ts';
import type { Request } from '../../handover/request.ts';
import { formatWayBack } from '../../handover/way-back.ts';
import { keeperIn } from '../../kept/keeper.ts';
import { listingsOf } from '../../kept/listings.ts';
import { readingsOf } from '../../kept/readings.ts';
import { declaredOf } from '../../model/declared.ts';
import type { Host } from '../../model/desired.ts';
import type { Signer } from '../../model/host-report.ts';
import type { ListingCache } from '../../model/snapshot.ts';
import { readerOf } from '../../reconsider.ts';
import { catalogOf, trade } from '../look.ts';
import type { Desk } from '../place.ts';
import { spoolOf } from '../rooms.ts';
import { known, newest, type Newest, type Source } from '../source.ts';
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
  return request.wayBack === null ? formatAnswer({ ...head, ...(await handoverOf(answering)) }) : formatWayBack({ ...head, ...(await wayBack(request.wayBack, { ...desk, host: request.host })) });
}

async function handoverOf({ request, desk, begun }: Answering): Promise<Omit<Handover, 'version' | 'request'>> {
  const keeper = keeperIn(join(spoolOf(desk), 'cache'), desk.build);
  const [readings, listed] = [readingsOf(keeper), listingsOf(keeper)];
  const source = await sourceFor(request, desk, { begun, listed });
  const wanted = { ...source.wanted, readings };
  const { state, catalog, holds } = await catalogOf({ ...source, wanted }, request.host);
  if (request.what === 'follow' || request.what === 'stay') for (const each of [readings, listed]) each.keep();
  const reader = readerOf(wanted, request.host, trade);
  const admins = request.admins === null ? null : await reader.admins(request.admins);
  const held = request.keepBack === null ? null : await reader.keepBack({ ...request.keepBack, now: request.now });
  return {
    catalog, declared: declaredOf(state), holds, ...(held === null ? {} : { catalog: held.catalog, declared: declaredOf(held.state), holds: held.holds }),
    notices: [...begun.notices, ...source.notices], remote: source.remote, trusted: source.trusted, confirmedAt: 'confirmedAt' in source ? source.confirmedAt : null,
    kept: request.keepBack === null || held !== null, admins: admins === null ? null : [...admins], hosts: state.hosts.map(signerOf), rollbacks: source.rollbacks,
    ...(source.stays ? { stays: true } : {}), key: request.what === 'follow' && held === null ? keyOf(request, source.trusted, desk.build) : null,
  };
}

function sourceFor({ what, at, now }: Request, desk: Desk, { begun: { fetched }, listed }: Pick<Answering, 'begun'> & { readonly listed: ListingCache }): Promise<Source | Newest> {
  if (what === 'look' || what === 'recall') return known(desk, { fetch: what === 'look', at });
  return newest(desk, { offline: what === 'stay', now, at, fetched, listed });
}

function signerOf({ name, fqdn, key }: Host): Signer {
  return { name, fqdn, key: key === null ? null : { type: key.type, blob: key.blob } };
}
