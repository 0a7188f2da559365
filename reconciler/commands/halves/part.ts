/**
 * What is new since the last run, where that is all that was handed over: a part of a catalog (Catalog.beside), for a host that is as that
 * run left it. It is fit and admitted like everything, and kept beside root's own copy. Whatever it cannot tell needs all of it.
 */
import type { Handover } from '../../handover/handover.ts';
import { areInForce } from '../../model/plan.ts';
import { AllNeeded } from '../../plan/all-needed.ts';
import type { Place } from '../place.ts';
import type { Given } from './ask.ts';
import { amend } from './copy.ts';
import { notedFacts, type NotedFacts } from './facts.ts';
import { fit } from './fit.ts';

/** What is known of the last run. */
export interface Last extends NotedFacts {
  /** The digest of root's own copy of what it made true. */
  readonly copy: string;
}

/** Take it. Errors: AllNeeded where it does not fit this host; UsageError where root will not do it. */
export async function givePart({ machine, build }: Place, handover: Handover, last: Last): Promise<Given> {
  const { copy, census, admins, facts } = last;
  if (!areInForce(handover.holds)) throw new AllNeeded('somebody is held of whom no version is in force');
  const { here } = await fit(machine, handover, async () => null);
  if (here !== handover) throw new AllNeeded('somebody is left out');
  if (handover.facts !== undefined && handover.facts !== facts) throw new AllNeeded('other facts are left out than are known');
  const now = notedFacts(handover.declared, last);
  return {
    handover, lost: null, familiar: { copy, resources: new Set() },
    isPassed: now.facts === facts && handover.catalog.resources.every(({ kind }) => kind !== 'table'),
    inForce: () => handover,
    remember: () => amend(machine, handover, { build, last: copy, census: now.census }),
    reader: {
      census: async () => census,
      admins: async () => new Set(admins),
      keepBack: () => Promise.reject(new AllNeeded('a guard would keep something back')),
    },
  };
}
