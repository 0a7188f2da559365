/**
 * What was handed over, made to fit the host that it is for, and looked at once more. Of an owner of whom nothing can be used stays what root
 * made last. A member who is called like an account of the host's own is left out there. Then it is admitted, whole or not at all.
 */
import { clashOf, ownAccounts, refusalOfAccount } from '../../admission/accounts.ts';
import { refusals } from '../../admission/admit.ts';
import type { Handover } from '../../handover/handover.ts';
import type { Machine } from '../../model/machine.ts';
import type { Owner } from '../../model/owner.ts';
import { formatProblem, type Problem } from '../../model/problem.ts';
import type { Catalog } from '../../model/resource.ts';
import { compareText } from '../../model/source.ts';
import { keepMade, spared } from '../../plan/made.ts';
import { circleIn } from '../../plan/order.ts';
import { withoutAccounts } from '../../plan/without.ts';
import { count } from '../../report/words.ts';
import { UsageError } from '../command.ts';

/** More would not be read. */
const mostRefusals = 10;

/** Everybody's account of the host's own. */
export const accountsPath = '/etc/passwd';

/** What was handed over, with what stays of whoever is spared; and what of that this host can be. The same value where that is all of it. */
export interface Fitted {
  readonly whole: Handover;
  readonly here: Handover;
}

/** Make it fit. `made`: reads what root made last. Errors: UsageError when root will not do it. */
export async function fit(machine: Machine, handover: Handover, made: () => Promise<Handover | null>): Promise<Fitted> {
  const passwd = await accountsOn(machine);
  const owners = spared(handover.holds);
  const last = owners.size === 0 ? null : await made();
  if (last === null && owners.size > 0) await (await import('./lost-copy.ts')).refuseToLose(machine, { owners, holds: handover.holds });
  const whole = last === null ? handover : withMade(handover, last.catalog, owners);
  const here = leftHere(whole, passwd);
  admit(here, passwd);
  return { whole, here };
}

/**
 * Is it still all that this host can be? Packages that came in brought accounts of the host's own, and may have taken some away. What is not
 * the whole of it, or leaves somebody out, is not judged by this: whether the accounts are the same then tells.
 */
export async function isFitStill(machine: Machine, { catalog, holds }: Handover): Promise<boolean> {
  return catalog.beside !== undefined || holds.length > 0 || ownAccounts(catalog, await accountsOn(machine)).length === 0;
}

async function accountsOn(machine: Machine): Promise<string> {
  const [answer] = await machine.observe([{ ask: 'path', path: accountsPath, want: 'text' }]);
  return (answer?.ask === 'path' ? answer.node?.text : null) ?? '';
}

/** Put what root made last of some owners in the place of nothing; where that is no longer admitted, it stays as it is, and unmanaged. */
export function withMade(handover: Handover, made: Catalog, owners: ReadonlySet<Owner>): Handover {
  const catalog = keepMade(handover.catalog, made, owners);
  const admitted = handover.familiar?.resources;
  const isFit = catalog === handover.catalog || (refusals(catalog, admitted).length <= refusals(handover.catalog, admitted).length && circleIn(catalog.resources) === null);
  return catalog === handover.catalog || !isFit ? handover : { ...handover, catalog };
}

/** Members who are called like one of the host's own are held there: whatever is theirs and needs their account is left out. */
function leftHere(handover: Handover, passwd: string): Handover {
  const { catalog } = handover;
  const own = ownAccounts(catalog, passwd);
  if (own.length === 0) return handover;
  const members = new Set(catalog.resources.flatMap(({ owner, parts = [] }) => [owner, ...parts.map((part) => part.owner)]));
  const clashes = new Map(own.filter(({ name }) => members.has(`member:${name}`)).toReversed().map((each) => [each.name, clashOf(each, catalog.host)]));
  if (clashes.size === 0) return handover;
  const holds = [...clashes.values()].map((problem) => ({ owner: problem.owner, problems: [...problemsOf(handover, problem.owner), problem], lastGood: null }));
  const others = handover.holds.filter(({ owner }) => !holds.some((hold) => hold.owner === owner));
  return { ...handover, catalog: withoutAccounts(catalog, new Set(clashes.keys())), holds: [...others, ...holds].toSorted((a, b) => compareText(a.owner, b.owner)) };
}

function problemsOf({ holds }: Handover, owner: Owner): readonly Problem[] {
  return holds.filter((hold) => hold.owner === owner).flatMap(({ problems }) => problems);
}

/** Say what root will not do on this host, before anything was done. Errors: UsageError. */
function admit({ catalog, familiar }: Handover, passwd: string): void {
  const refused = [...refusals(catalog, familiar?.resources), ...ownAccounts(catalog, passwd).map(refusalOfAccount)];
  const circle = refused.length > 0 || familiar?.straight === catalog.resources ? null : circleIn(catalog.resources);
  if (circle !== null) throw new UsageError(`cannot do what croft-compile handed over, and nothing was done: ${circle} would have to come after itself`);
  if (refused.length === 0) return;
  const more = refused.length > mostRefusals ? [`and ${count(refused.length - mostRefusals, 'more thing')}`] : [];
  throw new UsageError(['cannot do what croft-compile handed over, and nothing was done:', ...refused.slice(0, mostRefusals).map(formatProblem), ...more].join('\n'));
}
