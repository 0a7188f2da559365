import { withLock } from '../machines/lock.ts';
import { choice, text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { placeHelp, placeOf, placeOptions, placeToChange } from './place.ts';
import { afterOthers, unlessAtWork } from './run/after-others.ts';
import { perform } from './run/perform.ts';

/** Make this host what git says. */
export const reconcile: Command = {
  name: 'reconcile',
  summary: 'make this host what git says: one full run',
  help: `croft reconcile: one full run on this host: fetch the newest commit, validate it, compile what this
host must be, look at the host, change what differs, look again, report. Safe to run at any time and
as often as you like: what is as desired is not touched. An owner whose documents have problems is
held at the last good version; one owner's failure never stops another's change. What would destroy too
much is kept back until an allowance for it is in the reviewed commit.

Usage: croft reconcile [WHERE] [--offline] [--audit] [--dry-run] [--format text|json]

${placeHelp}

  --offline         do not fetch: use the last good commit
  --audit           read everything, whatever the last run noted down; without it all is read once a day
  --dry-run         the same run without its last step
  --format FORMAT   text for people; json: schemas/output/reconcile.schema.json

Example:
  $ sudo croft reconcile
  dynamic @ 4be21c9d03: 3 changes done in 0.8 s

Where another run is at work, this one waits until that is over, ten minutes at most. The timer's leaves
it to that one.

What failed is tried again after 1, 2, 4 … minutes, at most an hour, and at once when anything is new; a
run that a person starts tries everything.

Exit status: 0 as desired, 1 cannot, 3 in part: somebody is held, something failed, is rolled back, or is
paused for longer than was said or with a way in that should be closed, or the branch was rewritten and this
host stays where it is, 4 a guard kept something back:
what would let it pass is printed.`,
  options: { ...placeOptions, offline: { type: 'boolean' }, audit: { type: 'boolean' }, 'dry-run': { type: 'boolean' }, format: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  if (text(call, 'rev') !== null) throw new UsageError('cannot reconcile --rev: a host follows the newest commit of its branch – croft plan --rev shows another');
  const isDry = call.values['dry-run'] === true;
  const how = { world, format, what: call.values['offline'] === true ? 'stay' : 'follow', audit: call.values['audit'] === true } as const;
  // Whoever waited finds another configuration, and other rollbacks, than when it came.
  const once = async (): Promise<ExitStatus> => {
    const place = await (isDry ? placeOf : placeToChange)(call, world);
    const running = { place, ...how };
    return withLock(place.root, async () => (isDry ? (await import('./run/rehearse.ts')).rehearse(running) : perform(running)));
  };
  return world.scheduled && !world.kicked ? ((await unlessAtWork(once, world)) ?? 0) : afterOthers(once, world);
}
