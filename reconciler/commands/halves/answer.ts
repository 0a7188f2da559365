import { join } from 'node:path';
import { GitError } from '../../git/error.ts';
import { obeyCopy } from '../../git/ratchet.ts';
import { openMirror } from '../../git/mirror.ts';
import { formatAnswer, type Handover, type Signer } from '../../handover/handover.ts';
import type { Request } from '../../handover/request.ts';
import { formatWayBack } from '../../handover/way-back.ts';
import { keeperIn } from '../../kept/keeper.ts';
import { readingsOf } from '../../kept/readings.ts';
import { declaredOf } from '../../model/declared.ts';
import type { Host } from '../../model/desired.ts';
import { readerOf } from '../../reconsider.ts';
import { UsageError } from '../command.ts';
import { catalogOf, trade } from '../look.ts';
import type { Desk } from '../place.ts';
import { known, mirrorOf, newest, spoolOf, type Newest, type Source } from '../source.ts';
import { wayBack } from './way-back.ts';

/** Do what a request asks: fetch, verify, read, compile, or look for the way back. This is the half that reads what members wrote. Shape: the answer as text. */
export async function answerTo(request: Request, desk: Pick<Desk, 'identity' | 'stateDirectory'>): Promise<string> {
  const head = { version: 1, request: request.id } as const;
  const at = { ...desk, ...request };
  try {
    return request.wayBack === null ? formatAnswer({ ...head, ...(await handoverOf(request, at)) }) : formatWayBack({ ...head, ...(await wayBack(request.wayBack, at)) });
  } catch (error) {
    if (error instanceof UsageError || error instanceof GitError) return formatAnswer({ ...head, cannot: error.message });
    throw error;
  }
}

async function handoverOf(request: Request, desk: Desk): Promise<Omit<Handover, 'version' | 'request'>> {
  const isMoving = request.what === 'follow' || request.what === 'stay';
  const warning = isMoving ? await obey(desk) : [];
  const source = await sourceFor(request, desk);
  const readings = readingsOf(keeperIn(join(spoolOf(desk), 'cache')));
  const wanted = { ...source.wanted, readings };
  const { state, catalog, holds } = await catalogOf({ ...source, wanted }, request.host);
  if (isMoving) readings.keep();
  const reader = readerOf(wanted, request.host, trade);
  const admins = request.admins === null ? null : await reader.admins(request.admins);
  const held = request.keepBack === null ? null : await reader.keepBack({ ...request.keepBack, now: request.now });
  return {
    catalog, declared: declaredOf(state), holds, ...(held === null ? {} : { catalog: held.catalog, declared: declaredOf(held.state), holds: held.holds }),
    notices: [...warning, ...source.notices], remote: source.remote, trusted: source.trusted, confirmedAt: 'confirmedAt' in source ? source.confirmedAt : null,
    kept: request.keepBack === null || held !== null, admins: admins === null ? null : [...admins], hosts: state.hosts.map(signerOf), rollbacks: source.rollbacks,
  };
}

function sourceFor({ what, at, now }: Request, desk: Desk): Promise<Source | Newest> {
  if (what === 'look' || what === 'recall') return known(desk, { fetch: what === 'look', at });
  return newest(desk, { offline: what === 'stay', now, at });
}

/** What root recorded is the rule, whatever stands in the mirror. */
async function obey(desk: Desk): Promise<readonly string[]> {
  const gone = 'the mirror\'s own record of what this host believes was ahead of the host\'s: it was put back, and what it said does not count';
  return (await obeyCopy(await openMirror(mirrorOf(desk)))) ? [] : [gone];
}

function signerOf({ name, fqdn, key }: Host): Signer {
  return { name, fqdn, key: key === null ? null : { type: key.type, blob: key.blob } };
}
