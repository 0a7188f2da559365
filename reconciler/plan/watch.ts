/**
 * A machine whose every answer is noted down with what it was an answer to: so that a run which found all as desired knows afterwards on
 * what exactly that rests. Each round of questions is stamped before it is put; when the stamp is the same at the end of the run, what was
 * answered in between is what stands there.
 */
import { digest } from '../model/digest.ts';
import type { Answer, Machine, Marked, Probe } from '../model/machine.ts';
import { gist } from '../resources/gist.ts';

/** One round of questions about paths, and how they were before it. */
export interface Look {
  readonly paths: Marked;
  readonly stamp: string;
  /** Milliseconds since the epoch. */
  readonly newest: number;
}

/** Everything that was asked of a machine. */
export interface Watch {
  /** The same machine. */
  readonly machine: Machine;
  readonly looks: readonly Look[];
  /** What programs were asked, and the gist of what they said. */
  readonly said: ReadonlyMap<string, { readonly argv: readonly string[]; readonly gist: string }>;
  /** What was read, and its digest; null where the machine kept what it read to itself. */
  readonly read: ReadonlyMap<string, string | null>;
  /** Was something asked that can be told by no stamp? */
  readonly unclear: boolean;
}

/** Note down whatever a machine is asked from now on. */
export function watch(machine: Machine): Watch {
  const [looks, said, read] = [[] as Look[], new Map<string, { argv: readonly string[]; gist: string }>(), new Map<string, string | null>()];
  let unclear = false;
  const note = (probe: Probe, answer: Answer | undefined): void => {
    if (probe.ask === 'run' && answer?.ask === 'run') said.set(JSON.stringify(probe.argv), { argv: probe.argv, gist: gist(probe.argv, answer) });
    else if (probe.ask === 'path' && answer?.ask === 'path') noteContent(read, probe, answer);
    else if (probe.ask === 'derived' || probe.ask === 'sealed') read.set(probe.path, null);
    else unclear = true;
  };
  const observe: Machine['observe'] = async (probes) => {
    const paths = markedIn(probes);
    const [stamped] = paths.whole.length + paths.outside.length === 0 ? [] : await machine.observe([{ ask: 'stamps', paths }]);
    const answers = await machine.observe(probes);
    if (stamped?.ask === 'stamps') looks.push({ paths, stamp: stamped.digest, newest: stamped.newest });
    for (const [index, probe] of probes.entries()) note(probe, answers[index]);
    return answers;
  };
  return {
    machine: { ...machine, observe }, looks, said, read,
    get unclear() { return unclear; },
  };
}

function noteContent(read: Map<string, string | null>, { path, want }: Extract<Probe, { ask: 'path' }>, { node }: Extract<Answer, { ask: 'path' }>): void {
  if (node?.type !== 'file' || (want !== 'digest' && want !== 'text')) return;
  read.set(path, node.digest ?? (node.text === undefined ? null : digest(node.text)));
}

/** Whatever is only looked at from outside may be a directory that people work in. */
function markedIn(probes: readonly Probe[]): Marked {
  const [whole, outside] = [new Set<string>(), new Set<string>()];
  for (const probe of probes) {
    if (probe.ask === 'path') (probe.want === 'stat' ? outside : whole).add(probe.path);
    else if (probe.ask === 'derived' || probe.ask === 'sealed') whole.add(probe.path);
    if (probe.ask === 'sealed') whole.add(probe.record);
  }
  return { whole: [...whole], outside: [...outside].filter((path) => !whole.has(path)) };
}
