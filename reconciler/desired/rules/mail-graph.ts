import type { Owner } from '../../model/owner.ts';
import type { Source } from '../../model/source.ts';
import { finding, shown, type Finding } from '../finding.ts';
import { rankOf } from '../ranks.ts';
import type { World } from '../world.ts';

/** How many addresses one mail may reach in the end. Beyond it an alias is a mailing list. */
const MOST_RECIPIENTS = 100;
/** How many aliases one may lead through in a row, and how often it may lead to an address in the end, each way counted: Postfix follows no more (virtual_alias_recursion_limit, virtual_alias_expansion_limit). */
const MOST_FOLLOWED = 1000;

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
  const reached = reachedIn(graph);
  for (const [address, { source }] of graph) {
    const { recipients, steps, ways } = reached.get(address) ?? NOWHERE;
    if (recipients.length > MOST_RECIPIENTS) yield finding(source, {
      code: 'mail/too-many-recipients', message: `cannot hand mail for ${shown(address)} on to more than ${MOST_RECIPIENTS} addresses`,
      hint: 'that is a mailing list',
    });
    else if (Math.max(steps, ways) > MOST_FOLLOWED) yield finding(source, {
      code: 'mail/too-many-recipients', message: `cannot hand mail for ${shown(address)} on ${steps > MOST_FOLLOWED ? `over more than ${MOST_FOLLOWED} aliases in a row` : `in more than ${MOST_FOLLOWED} ways`}`,
      hint: 'let it lead to where the mail is to go in the end',
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

/** What mail for an alias comes to through aliases of one owner: where it ends, over how many of them, and on how many ways; each as far as it matters. */
interface Reached {
  readonly recipients: readonly string[];
  readonly steps: number;
  readonly ways: number;
}

const NOWHERE: Reached = { recipients: [], steps: 0, ways: 0 };

/** Find what each alias reaches, its own targets first, so that a long chain is walked once and not from each of its links. A circle reaches nothing beyond where it closes. */
function reachedIn(graph: Graph): ReadonlyMap<string, Reached> {
  const reached = new Map<string, Reached>();
  const entered = new Set<string>();
  for (const start of graph.keys()) {
    const waiting = [start];
    for (let address = waiting.at(-1); address !== undefined; address = waiting.at(-1)) {
      const node = graph.get(address);
      if (node === undefined || entered.has(address)) {
        waiting.pop();
        if (node !== undefined && !reached.has(address)) reached.set(address, reachedFrom(node, { graph, reached }));
        continue;
      }
      entered.add(address);
      for (const target of node.targets) if (!entered.has(target) && graph.get(target)?.owner === node.owner) waiting.push(target);
    }
  }
  return reached;
}

function reachedFrom({ targets, owner }: Node, { graph, reached }: { readonly graph: Graph; readonly reached: ReadonlyMap<string, Reached> }): Reached {
  const recipients = new Set<string>();
  let [steps, ways] = [0, 0];
  for (const target of targets) {
    const further = graph.get(target)?.owner === owner ? reached.get(target) ?? NOWHERE : { recipients: [target], steps: 0, ways: 1 };
    steps = Math.max(steps, further.steps);
    ways = Math.min(ways + further.ways, MOST_FOLLOWED + 1);
    // One more than may be is as good as all: each alias keeps its own.
    for (const recipient of further.recipients) if (recipients.size <= MOST_RECIPIENTS) recipients.add(recipient);
  }
  return { recipients: [...recipients], steps: steps + 1, ways };
}
