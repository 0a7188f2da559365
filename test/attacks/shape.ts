import { compile } from '../../reconciler/compile/compile.ts';
import type { DesiredState } from '../../reconciler/model/desired.ts';
import { services } from '../../reconciler/services/index.ts';

/** The lines of every file that the co-op's hosts would have, by host and id; of what has no content, none. */
export type Rendered = ReadonlyMap<string, readonly string[]>;

/** What one file has that another has not. Lines that stand twice count twice. */
export interface Differing {
  readonly id: string;
  readonly gone: readonly string[];
  readonly new: readonly string[];
}

/** Compile every host's catalog, with what its files would hold. */
export function render(state: DesiredState): Rendered {
  return new Map(state.hosts.flatMap((host) => compile(state, host, services).resources.map(({ id, payload }) =>
    [`${host.name} ${id}`, (payload?.text ?? '').split('\n')] as const)));
}

/** Compare two renderings line by line, whatever their order: encoders sort. */
export function differences(before: Rendered, after: Rendered): readonly Differing[] {
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  return ids.map((id) => {
    const [old, fresh] = [before.get(id) ?? [`no ${id}`], after.get(id) ?? [`no ${id}`]];
    return { id, gone: without(old, fresh), new: without(fresh, old) };
  }).filter((each) => each.gone.length + each.new.length > 0);
}

/** Put one mark in the place of every form of a value. */
export function cut(line: string, forms: readonly string[]): string {
  return forms.toSorted((a, b) => b.length - a.length).reduce((text, form) => text.replaceAll(form, () => '∎'), line);
}

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
}
