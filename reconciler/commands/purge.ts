import { withLock } from '../machines/lock.ts';
import { day } from '../model/day.ts';
import { listRetired, recordPurge, type PutAside } from '../plan/retired.ts';
import { formatRetired } from '../report/retired.ts';
import { list } from '../report/words.ts';
import { choice, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { inForceOn } from './halves/ask.ts';
import { halfOf } from './halves/half.ts';
import { placeHelp, placeOf, placeOptions, placeToChange, type Place } from './place.ts';

/** Say what was put aside on this host, and remove one thing of it for good. */
export const purge: Command = {
  name: 'purge',
  summary: 'list the data that was put aside on this host, and remove some of it for good',
  help: `croft purge: homes, mail and keys of zones that nobody declares any more are never removed by a run: they
are put aside, dated, where only root can go, and come back when the commit is reverted. This lists them,
whose they are, since when, and from which day on they may be removed: retired: grace-days: in cluster.yaml
says how long they are kept at least. Naming one removes it for good, with all that is in it; who did so
and when is kept in /var/lib/croft/purged. It waits for no run and goes on in none.

Usage: croft purge [THING --yes] [WHERE] [--format text|json]

${placeHelp}

  THING             as it is listed, e.g. home:ada@2026-11-28
  --yes             you have read the list and mean it
  --format FORMAT   of the list: text for people; json: schemas/output/purge.schema.json

Example:
  $ sudo croft purge
  main: 2 things put aside
    home:ada@2026-10-02                   of 10002, since 2026-10-02, 311.4 MiB; may be purged
    mail:info@ada.example@ada@2026-11-28  of croft-vmail, since 2026-11-28; kept until 2026-12-28 at least
  $ sudo croft purge home:ada@2026-10-02 --yes
  home:ada@2026-10-02 is removed for good

Exit status: 0 done, 1 cannot, 4 it is to be kept: until which day, or that it is declared again, is
printed.`,
  operand: 'THING',
  options: { ...placeOptions, yes: { type: 'boolean' }, format: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  const [thing, ...others] = call.positionals;
  if (others.length > 0) throw new UsageError(`cannot purge ${call.positionals.join(' ')} at once: name one thing`);
  if (thing === undefined) return show(await placeOf(call, world), { format, world });
  if (call.values['yes'] !== true) throw new UsageError(`cannot purge ${thing} without --yes: it is removed for good, and no commit brings it back`);
  const place = await placeToChange(call, world);
  return withLock(place.root, () => remove(place, thing, world));
}

async function show(place: Place, { format, world }: { readonly format: 'text' | 'json'; readonly world: World }): Promise<ExitStatus> {
  const retired = await retiredOn(place, world);
  const facts = retired.map(({ thing, sort, name, user, since, sizeBytes, purgeableFrom, declared, path }) => ({ thing, sort, name, user, since, sizeBytes, purgeableFrom, declared, path }));
  world.print(format === 'json' ? JSON.stringify({ host: place.host, retired: facts }, null, 2) : formatRetired(place.host, retired, world.now()));
  return 0;
}

async function remove(place: Place, thing: string, world: World): Promise<ExitStatus> {
  const retired = await retiredOn(place, world);
  const found = retired.find((each) => each.thing === thing);
  if (found === undefined) throw new UsageError(`cannot purge ${thing}: ${retired.length === 0 ? 'nothing is put aside here' : `here are ${list(retired.map((each) => each.thing))}`}`);
  const { user, since } = found;
  if (found.declared) return refuse(`cannot purge ${thing}: it is declared again, and whoever declares it may want it back – take the declaration away first`, world);
  if (found.purgeableFrom > day(world.now())) return refuse(`cannot purge ${thing}: it is kept until ${found.purgeableFrom} at least (retired: grace-days: in cluster.yaml)`, world);
  const purged = { thing, user, since, by: world.person ?? 'root', at: world.now() };
  await recordPurge(place.machine, purged);
  world.logger.info({ purged }, 'purging');
  await place.machine.perform({ do: 'purge', path: found.path });
  world.print(`${thing} is removed for good`);
  return 0;
}

function refuse(message: string, world: World): ExitStatus {
  world.note(message);
  return 4;
}

/** What is declared is what this host was last made: a purge needs no network, and reads no document. */
async function retiredOn(place: Place, world: World): Promise<readonly PutAside[]> {
  const { catalog, declared } = await inForceOn({ place, half: halfOf(place, world), now: world.now() });
  return listRetired(place.machine, { catalog, graceDays: declared.cluster.graceDays });
}
