import type { Owner } from '../../model/owner.ts';
import type { Source } from '../../model/source.ts';
import { finding, shown, type Finding } from '../finding.ts';
import { rankOf } from '../ranks.ts';
import type { World } from '../world.ts';

/** How many addresses one mail may reach in the end. Beyond it an alias is a mailing list. */
const MOST_RECIPIENTS = 100;

interface Node {
  readonly targets: readonly string[];
  readonly owner: Owner;
  readonly source: Source;
}

type Graph = ReadonlyMap<string, Node>;

/** No alias leads back to itself. */
export function* aliasesEnd({ mailDomains, ranks }: World): Iterable<Finding> {
  const graph = graphOf(mailDomains);
  for (const cycle of cyclesOf(graph)) {
    // Whoever came last closed the circle; the others' aliases were fine before.
    const nodes = cycle.flatMap((address) => graph.get(address) ?? []).toSorted((a, b) => rankOf(ranks, b.owner) - rankOf(ranks, a.owner));
    const [last, other] = [nodes[0], nodes.find(({ owner }) => owner !== nodes[0]?.owner)];
    if (last !== undefined) yield finding(last.source, {
      code: 'mail/alias-loop', message: `cannot deliver: ${circleOf(cycle).join(' → ')} never ends`,
      hint: 'let one of them lead to a mailbox', against: other?.owner,
    });
  }
}

/** Nobody reads longer ones, and each circle may be as long as there are aliases. */
const MOST_NAMED = 10;
/** Nor more of them of one owner, who has to mend these first. */
const MOST_CIRCLES = 20;

function circleOf(cycle: readonly string[]): readonly string[] {
  const named = cycle.slice(0, MOST_NAMED).map(shown);
  return [...named, ...(cycle.length > MOST_NAMED ? [`${cycle.length - MOST_NAMED} more`] : []), ...named.slice(0, 1)];
}

/**
 * No alias reaches more than a hundred addresses. A neighbour's counts as one, or nobody could add to an alias that a neighbour leads to;
 * how far mail goes through aliases of several owners is bounded by Postfix (virtual_alias_expansion_limit).
 */
export function* aliasesStaySmall({ mailDomains }: World): Iterable<Finding> {
  const graph = graphOf(mailDomains);
  for (const [address, { source, owner }] of graph) {
    if (reach(graph, address, owner) > MOST_RECIPIENTS) yield finding(source, {
      code: 'mail/too-many-recipients', message: `cannot hand mail for ${shown(address)} on to more than ${MOST_RECIPIENTS} addresses`,
      hint: 'that is a mailing list',
    });
  }
}

function graphOf(domains: World['mailDomains']): Graph {
  return new Map(domains.flatMap(({ aliases, owner }) => aliases.map(({ address, targets, source }) => [address, { targets, owner, source }] as const)));
}

/** Walk depth first without recursion (chains are as long as members like), and cut out each circle where it closes: some of each owner's. */
function* cyclesOf(graph: Graph): Iterable<readonly string[]> {
  const done = new Set<string>();
  const found = new Map<Owner | undefined, number>();
  for (const start of graph.keys()) {
    const path: string[] = [];
    const onPath = new Map<string, number>();
    const waiting: { readonly address: string; readonly depth: number }[] = [{ address: start, depth: 0 }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const left of path.splice(next.depth)) {
        onPath.delete(left);
        done.add(left);
      }
      const before = onPath.get(next.address);
      const owner = graph.get(next.address)?.owner;
      const count = found.get(owner) ?? 0;
      if (before !== undefined) found.set(owner, count + 1);
      if (before !== undefined && count < MOST_CIRCLES) yield path.slice(before);
      if (before !== undefined || done.has(next.address)) continue;
      onPath.set(next.address, path.length);
      path.push(next.address);
      for (const address of graph.get(next.address)?.targets ?? []) waiting.push({ address, depth: path.length });
    }
    for (const left of path) done.add(left);
  }
}

/** Count who is reached in the end through aliases of one owner. Stops soon after too many. */
function reach(graph: Graph, start: string, owner: Owner): number {
  const [seen, waiting] = [new Set([start]), [start]];
  let recipients = 0;
  for (let address = waiting.pop(); address !== undefined && recipients <= MOST_RECIPIENTS && seen.size <= 10 * MOST_RECIPIENTS; address = waiting.pop()) {
    const node = graph.get(address);
    if (node?.owner !== owner) {
      recipients += 1;
      continue;
    }
    for (const target of node.targets) {
      if (!seen.has(target)) waiting.push(target);
      seen.add(target);
    }
  }
  return seen.size > 10 * MOST_RECIPIENTS ? seen.size : recipients;
}
