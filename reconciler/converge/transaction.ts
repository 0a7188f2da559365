/**
 * What one unit reads, changed as a whole: checked before anything is in its place (quarantine.ts), swapped at once, loaded, asked whether
 * it answers – and put back when it does not. Where only some names do not answer, their owners' documents are put back; else parts are
 * tried on the living daemon, a few times only, and what could not be found right stays as it was. What failed waits like everything that
 * failed (plan/backoff.ts), so that no daemon is asked each minute.
 */
import type { Placing } from '../model/machine.ts';
import type { Id, Resource } from '../model/resource.ts';
import { withBeside } from '../plan/beside.ts';
import { isTelling } from '../resources/unit.ts';
import { attempt, attemptAgain, isActive, type Ill } from './attempt.ts';
import { blameWithin } from './blame.ts';
import { byOwner, documentsOf, judge, type Document, type Verdict } from './quarantine.ts';
import { compare, explain, missingOf, observeAgain, outcomeOf, stepsOf, tried, type Run } from './run.ts';
import { unstage, type Staged } from './staged.ts';
import { scrub } from './words.ts';

/** How often parts are tried on a living daemon before the rest is left as it was. */
const LIVE_TRIALS = 10;

/** Settle a unit and everything that was staged for it. Every one of them has an outcome then. Errors: AllNeeded, where nothing that it reads was touched. */
export async function settleUnit(run: Run, unit: Resource, staged: readonly Staged[]): Promise<void> {
  const missing = missingOf(run, unit);
  if (missing !== undefined) return block(run, unit, { staged, missing });
  const failed = await tried(async () => {
    const verdict = await check(run, unit, staged);
    if (verdict.shared !== null) return refuseAll(run, unit, { staged, because: verdict.shared });
    await enact(run, unit, { staged, verdict });
  });
  if (failed !== null) await refuseAll(run, unit, { staged: staged.filter(({ change }) => !run.outcomes.has(change.resource.id)), because: explain(failed) });
}

/** The unit's own check, of the whole as it is to be. Nothing is checked that no daemon will be told to read. */
async function check(run: Run, unit: Resource, staged: readonly Staged[]): Promise<Verdict> {
  const argv = unit.load?.check;
  const isTold = staged.length > 0 || stepsOf(run, unit).some((step) => isTelling(unit, step));
  if (argv === undefined || !isTold) return { good: documentsOf(run, unit, staged), refused: [], shared: null };
  return judge(run, unit, {
    staged,
    check: async (places) => {
      const [answer] = await run.machine.observe([{ ask: 'view', places, argv }]);
      if (answer?.ask !== 'view') throw new Error('an answer of another kind');
      return answer.status === 0 ? null : `${argv.join(' ')} (status ${answer.status})\n${unhidden(run, `${answer.stdout}\n${answer.stderr}`)}`;
    },
  });
}

/** A staged file is spoken of by the name that it is to have; and of a secret one nothing is repeated. */
function unhidden({ planned }: Run, words: string): string {
  const secrets = planned.resources.filter(({ payload }) => payload?.secret === true).map(({ name }) => name);
  const plain = words.replaceAll(/\/\.([^\s/]*)\.croft-[0-9a-f]{16}/g, '/$1').trim().split('\n');
  return plain.map((line) => {
    const secret = secrets.find((name) => line.includes(name));
    return secret === undefined ? line : `${secret}: what was said of it is not repeated, because the file is secret`;
  }).join('\n');
}

async function enact(run: Run, unit: Resource, { staged, verdict }: { readonly staged: readonly Staged[]; readonly verdict: Verdict }): Promise<void> {
  for (const { document, because } of verdict.refused) await leaveOut(run, { document, because });
  const lacking = verdict.good.flatMap((document) => {
    const missing = document.staged.flatMap(({ change }) => missingOf(run, change.resource) ?? [])[0];
    return missing === undefined ? [] : [{ document, missing }];
  });
  for (const { document, missing } of lacking) await leaveOut(run, { document, because: `it needs ${missing}` });
  const left = staged.filter(({ change }) => !run.outcomes.has(change.resource.id));
  const good = verdict.good.filter((document) => !lacking.some((one) => one.document === document));
  const ofMembers = new Set(stagedOf(good));
  const hidden = verdict.refused.flatMap(({ document, gone }) => (gone ? document.gone : []));
  await live(run, unit, { shared: left.filter((one) => !ofMembers.has(one)), good, hidden });
}

interface Whole {
  /** Of the co-op. */
  readonly shared: readonly Staged[];
  readonly good: readonly Document[];
  /** What is taken out of the daemon's sight. */
  readonly hidden: readonly Placing[];
}

/** On the living daemon: everything at once; if that goes ill, less. */
async function live(run: Run, unit: Resource, { shared, good, hidden }: Whole): Promise<void> {
  const changed = good.filter((document) => document.staged.length > 0);
  const all = [...shared, ...stagedOf(changed)];
  const ill = await attempt(run, unit, { staged: all, hidden });
  if (ill === null) return finish(run, unit, all);
  const silent = changed.filter(({ resources }) => resources.some(({ id }) => ill.names.has(id)));
  if (silent.length === 0) return search(run, unit, { shared, changed, hidden, ill });
  for (const document of silent) await leaveOut(run, { document, because: namesOf(document, ill) });
  const rest = changed.filter((document) => !silent.includes(document));
  const accepted = [...shared, ...stagedOf(rest)];
  const still = await attemptAgain(run, unit, { staged: accepted, hidden });
  return still === null ? finish(run, unit, accepted) : search(run, unit, { shared, changed: rest, hidden, ill: still });
}

interface Search {
  readonly shared: readonly Staged[];
  readonly changed: readonly Document[];
  readonly hidden: readonly Placing[];
  readonly ill: Ill;
}

/** Which of the changes is it? What goes well stays in its place, and the next trial builds on it. */
async function search(run: Run, unit: Resource, { shared, changed, hidden, ill }: Search): Promise<void> {
  const isBaseNew = shared.length + hidden.length > 0 || !isActive(run, unit);
  if (ill.host || changed.length === 0 || (isBaseNew && (await attemptAgain(run, unit, { staged: shared, hidden })) !== null)) {
    return refuseAll(run, unit, { staged: [...shared, ...stagedOf(changed)], because: ill.because });
  }
  const inPlace = new Set<Document>();
  const last = new Map<Document, string>();
  const { good, bad, untried } = await blameWithin(byOwner(changed), async (documents) => {
    const added = documents.filter((document) => !inPlace.has(document));
    const worse = await attemptAgain(run, unit, { staged: stagedOf(added), hidden: [] });
    for (const document of added) if (worse === null) inPlace.add(document); else last.set(document, worse.because);
    return worse === null;
  }, LIVE_TRIALS);
  for (const document of bad) await leaveOut(run, { document, because: told(run, document, last.get(document) ?? ill.because) });
  // Where something was found that waits from now on, the search goes on without it in the next run; else it would only be the same again.
  const result = bad.length > 0 ? 'blocked' : 'failed';
  for (const document of untried) await leaveOut(run, { document, result, because: 'something in this change does not go well with the daemon, and it could not be found out quickly what; the last good version stays' });
  await finish(run, unit, [...shared, ...stagedOf(good)]);
}

function stagedOf(documents: readonly Document[]): readonly Staged[] {
  return documents.flatMap(({ staged }) => staged);
}

async function finish(run: Run, unit: Resource, staged: readonly Staged[]): Promise<void> {
  for (const { change } of staged) settle(run, change.resource, compare(run, change.resource));
  await observeAgain(run, [unit]);
  settle(run, unit, compare(run, unit));
}

/** The daemon keeps what it has. Whose change it is hears the words; whoever only came along hears that. */
async function refuseAll(run: Run, unit: Resource, { staged, because }: { readonly staged: readonly Staged[]; readonly because: string }): Promise<void> {
  await tried(() => unstage(run, staged));
  await tried(() => observeAgain(run, [...staged.map(({ change }) => change.resource), unit]));
  for (const { change } of staged) {
    const { resource } = change;
    settle(run, resource, outcomeOf(resource, 'failed', resource.owner === 'coop' ? scrub(because, { owner: 'coop', resources: [] }) : `${unit.name} keeps what it has, because of what is not yours alone`));
  }
  settle(run, unit, outcomeOf(unit, 'failed', scrub(because, { owner: 'coop', resources: [] })));
}

async function block(run: Run, unit: Resource, { staged, missing }: { readonly staged: readonly Staged[]; readonly missing: Id }): Promise<void> {
  await tried(() => unstage(run, staged));
  for (const { change } of staged) settle(run, change.resource, outcomeOf(change.resource, 'blocked', `${unit.id} reads it, and needs ${missing}`));
  settle(run, unit, outcomeOf(unit, 'blocked', `it needs ${missing}`));
}

interface LeftOut {
  readonly document: Document;
  readonly because: string;
  readonly result?: 'failed' | 'blocked';
}

async function leaveOut(run: Run, { document, because, result = 'failed' }: LeftOut): Promise<void> {
  await tried(() => unstage(run, document.staged));
  const told = document.staged.length > 0 ? document.staged.map(({ change }) => change.resource) : document.resources;
  for (const resource of told) settle(run, resource, outcomeOf(resource, result, because));
}

function namesOf({ resources, gone }: Document, { names }: Ill): string {
  const [because] = resources.flatMap(({ id }) => names.get(id) ?? []);
  return `the daemon does not answer for it: ${because ?? 'another part of the same document is silent'}${gone.length > 0 ? '; the last good version stays' : ''}`;
}

function told(run: Run, { owner }: Document, because: string): string {
  return `the daemon does not go well with it, and the last good version stays: ${scrub(because, { owner, resources: withBeside(run.planned.accounted, run.planned) })}`;
}

function settle(run: Run, resource: Resource, outcome: ReturnType<typeof outcomeOf>): void {
  run.outcomes.set(resource.id, outcome);
}
