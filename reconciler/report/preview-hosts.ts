import type { HostReport } from '../model/host-report.ts';
import { remainingDrift } from '../model/remaining.ts';
import { ownerName } from '../model/owner.ts';
import { dataAt, dataWords } from '../model/retired.ts';
import { line, quote, type Fold, type Line } from './page.ts';
import { shortRevision } from './plan.ts';
import type { Foreseen, When } from './preview.ts';
import { renderedLines } from './rendered.ts';
import { touched } from './touched.ts';
import { consequence, count, tally } from './words.ts';

const mostDrift = 5;

/** Say what a change does on one host: the consequence first, then what the host itself had to say. */
export function hostLines(foreseen: Foreseen, { base, when }: { readonly base: string; readonly when: When }): readonly Line[] {
  const { host, is, from, report } = foreseen;
  return [
    line(1, [quote(host), `: ${effectWords(foreseen)}`]),
    ...(is === 'there' && report !== null && from !== base ? [behind(from)] : []),
    ...dataLines(foreseen),
    ...(report === null ? [] : driftLines(report, when)),
  ];
}

const mostData = 5;

/** Whoever takes data out of use by a change is to know that it is not lost, and how it comes back. */
function dataLines({ effect, graceDays }: Foreseen): readonly Line[] {
  const retired = effect.changes.flatMap(({ verb, resource }) => (verb === 'retire' ? (dataAt(resource.name) ?? []) : []));
  const told = retired.slice(0, mostData).map((data) => line(2, ['retires ', quote(dataWords(data)), ` (kept for ${count(graceDays, 'day')} at least; revert the commit to have it back)`], 'yellow'));
  return [...told, ...(retired.length > mostData ? [line(2, [`and ${retired.length - mostData} more`], 'yellow')] : [])];
}

function behind(from: string): Line {
  return line(2, ['it is at ', quote(shortRevision(from)), ' and not yet where this change begins: what came since is in this too']);
}

function effectWords({ is, effect }: Foreseen): string {
  if (is === 'gone') return 'is no longer a host of the co-op: nothing is changed there any more';
  if (effect.changes.length === 0) return 'nothing';
  return `${is === 'new' ? 'new; ' : ''}${tally(effect.changes)}; ${consequence(effect.changes, touched(effect.changes).map(ownerName))}`;
}

/** A run puts back what it finds; what it could not put back is still so. */
function driftLines({ host, time, drift, failed, counts }: HostReport, when: When): readonly Line[] {
  if (counts.drift === 0) return [];
  const left = remainingDrift({ drift, failed });
  const told = drift.slice(0, mostDrift).map((each) => line(3, [quote(each.id), ' (', quote(each.attribute), left.includes(each) ? '): still so' : ')']));
  const hidden = counts.drift - told.length;
  const mending = left.length > 0 ? 'not all of it could be put back' : 'all of it was put back';
  return [
    line(2, ['as ', quote(host), ` reported ${when(time)}: ${count(counts.drift, 'thing')} drifted there, and ${mending}`], 'yellow'),
    ...told, ...(hidden > 0 ? [line(3, [`and ${hidden} more`])] : []),
  ];
}

/** Fold the changes of a host's files together; nothing for a host without any. */
export function hostFold({ host, is, effect, texts }: Foreseen): readonly Fold[] {
  if (is === 'gone' || effect.changes.length === 0) return [];
  return [{ title: `${host}: ${count(effect.changes.length, 'thing')} in full`, lines: renderedLines(effect.changes, texts) }];
}
