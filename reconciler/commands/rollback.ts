import type { Passed, WayBack } from '../handover/way-back.ts';
import type { Rollback } from '../model/aside.ts';
import { label } from '../model/grammar/names.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import { readRollbacks, writeRollbacks } from '../plan/standing.ts';
import { momentOf, rolledBack } from '../report/aside.ts';
import { shortRevision } from '../report/plan.ts';
import { oneLine } from '../report/printable.ts';
import { list, some } from '../report/words.ts';
import { text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { askTheWay } from './halves/ask.ts';
import { halfOf } from './halves/half.ts';
import { placeHelp, placeOptions, placeToChange } from './place.ts';
import { untilOf, whoOf, whyOf } from './until.ts';

/** Of those who stay although they were there. */
const mostNamed = 10;

/** Let this host go back to an older commit, for one owner or for all. */
export const rollback: Command = {
  name: 'rollback',
  summary: 'let this host, or one owner’s things on it, go back to what an older commit said',
  help: `croft rollback COMMIT: from the next run on this host uses what COMMIT said instead of what is in force
now, which it remembers as the bad commit, owner by owner: as soon as somebody's documents are others than
the bad commit's, they are used again. With --owner everybody else goes on as before. While it stands every
run ends with status 3, and croft status says so; croft resume ends it. Without COMMIT it lists those to
choose from. Nobody comes in again by it: who was suspended, and keys, admins and passwords that are gone
since, stay out.

Usage: croft rollback COMMIT [--owner OWNER] --why TEXT [--until WHEN] [--who NAME] [WHERE]
       croft rollback [--owner OWNER] [WHERE]

  COMMIT            one that was in force on this host's branch; the first digits will do
  --owner OWNER     ada, or coop: only what is theirs
  --why TEXT        for whoever finds it
  --until WHEN      2h, 3d, 2026-12-01: from then on it alarms, and still stands
  --who NAME        instead of the name behind sudo

${placeHelp}

It says who goes back, and who does not: whoever came since stays as she is, and older documents that make no
co-op with what is there now are not used. It never goes back across a change of what holds data: a member who
went since, a mail domain or mailbox that was made or taken away since, a uid that is another one, or a commit
that says so in its message, on a line of the last paragraph: Data-migration: what was done.

Example:
  $ sudo croft rollback 4be21c9d03 --owner ada --why 'her new site redirects to itself'
  ada goes back to 4be21c9d03; what 7f3ac19e02 says of ada is not used until it changes
  the next run does it; croft reconcile does it now

Exit status: 0 done, 1 cannot, 4 refused: it would cross a change of what holds data.`,
  operand: 'COMMIT',
  options: { ...placeOptions, owner: { type: 'string' }, why: { type: 'string' }, until: { type: 'string' }, who: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const [named, ...others] = call.positionals;
  if (others.length > 0) throw new UsageError('cannot go back to more than one commit');
  const owner = ownerIn(call);
  const said = named === undefined ? null : { who: whoOf(call, world), why: whyOf(call), until: untilOf(call, world) };
  const place = await placeToChange(call, world);
  const { to, bad, crossed, passed, ...outcome } = await askTheWay({ place, half: halfOf(place, world), now: world.now() }, { named: named ?? null, owner });
  if (to === null || said === null) return show(passed, { bad, owner }, world);
  const made: Rollback = { ...said, owner, to, bad, since: Math.floor(world.now() / 1000) };
  if (crossed.length > 0) return refuse(crossed, made, world);
  const { value: before } = await readRollbacks(place.machine);
  await writeRollbacks(place.machine, [...before.filter((each) => each.owner !== owner || each.bad !== made.bad), made]);
  world.logger.info({ rollback: made }, 'rolled back');
  const until = made.until === null ? '' : `; it alarms from ${momentOf(made.until)} on`;
  const goes = `${rolledBack(made)} goes back to ${shortRevision(to)}; what ${shortRevision(made.bad)} says${owner === null ? '' : ` of ${ownerName(owner)}`} is not used until it changes${until}`;
  world.print([goes, ...outcomeLines(outcome, owner), 'the next run does it; croft reconcile does it now'].join('\n'));
  return 0;
}

/** Who goes back and who does not: of a whole host not everybody needs to. */
function outcomeLines({ back, later, staying }: Pick<WayBack, 'back' | 'later' | 'staying'>, owner: Owner | null): readonly string[] {
  return [
    ...(owner === null ? [`  back: ${some(back.map(ownerName))}`] : []),
    ...(later.length === 0 ? [] : [`  as now, since nothing was declared of them then: ${some(later.map(ownerName))}`]),
    ...staying.slice(0, mostNamed).map((each) => `  ${oneLine(each)}`), ...(staying.length > mostNamed ? [`  and ${staying.length - mostNamed} more like these`] : []),
  ];
}

function ownerIn(call: Call): Owner | null {
  const written = text(call, 'owner');
  if (written === null || written === 'coop') return written;
  const name = written.replace(/^member:/, '');
  if (label(name) === null) throw new UsageError(`cannot use --owner ${written}: it is a member's name, or coop`);
  return `member:${name}`;
}

function refuse(crossed: readonly string[], { to, owner }: Rollback, world: World): ExitStatus {
  const other = owner === null ? '; croft rollback --owner goes back for one owner only' : '';
  world.print([
    `cannot go back to ${shortRevision(to)}: since then`, ...crossed.map((each) => `  ${oneLine(each)}`),
    `what holds data never goes back by itself: declare in the repository what is to be${other}`,
  ].join('\n'));
  return 4;
}

/** List the commits to choose from, newest first: those that changed something of the owner's. */
function show(passed: readonly Passed[], { bad, owner }: { readonly bad: string; readonly owner: Owner | null }, world: World): ExitStatus {
  const lines = passed.map(({ oid, time, author, subject }) => oneLine(`${shortRevision(oid)}  ${momentOf(time)}  ${author}: ${subject}${oid === bad ? '  (in force)' : ''}`));
  const whose = owner === null ? '' : ` that changed what is ${list([ownerName(owner)])}'s`;
  world.print(lines.length === 0 ? `no commit of this host's branch changed anything of ${ownerName(owner ?? 'coop')}` : [`the newest commits of this host's branch${whose}:`, ...lines.map((line) => `  ${line}`)].join('\n'));
  return 0;
}
