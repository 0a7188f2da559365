/** What a run notes down of the facts that guards knew, so that a part that comes to the same facts need not say them again. */
import { nothingKnown, type KnownLines } from '../../handover/handover.ts';
import { leftOut, lineOfDeclared } from '../../handover/lines.ts';
import type { Declared } from '../../model/declared.ts';
import { digest } from '../../model/digest.ts';
import { AllNeeded } from '../../plan/all-needed.ts';
import { censusOf, type Census } from '../../plan/sight.ts';

/** What is noted down of facts. */
export interface NotedFacts {
  /** Their digest. */
  readonly facts: string;
  /** What the co-op was made of, and who were its admins. */
  readonly census: Census;
  readonly admins: readonly string[];
  /** As much as guards ask for where all facts are what they were: what is said of the co-op itself. */
  readonly commons: Pick<Declared, 'cluster' | 'hosts' | 'allowances'>;
}

/** Note down facts. `before`: what was noted down of those that are not said again. */
export function notedFacts(declared: Declared, before: NotedFacts | null): NotedFacts {
  const line = lineOfDeclared(declared);
  if (line === '' && before !== null) return { facts: before.facts, census: before.census, admins: before.admins, commons: before.commons };
  const { cluster, hosts, allowances, members } = declared;
  return { facts: digest(line), census: censusOf(declared), admins: members.flatMap(({ name, admin }) => (admin ? [name] : [])), commons: { cluster, hosts, allowances } };
}

/** Say what is known of the facts of a part. Errors: AllNeeded, when somebody asks for more of facts that are not said again than was noted down. */
export function knownFrom({ facts, commons }: NotedFacts): KnownLines {
  const others = (): never => {
    throw new AllNeeded('a guard asks for facts that were not said again');
  };
  const unsaid: Declared = {
    ...commons,
    get limits() { return others(); }, get members() { return others(); }, get vhosts() { return others(); }, get zones() { return others(); }, get mailDomains() { return others(); },
  };
  return { ...nothingKnown, facts, unsaid: leftOut(unsaid) };
}
