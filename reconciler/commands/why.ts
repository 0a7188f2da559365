import { claimsOf } from '../compile/compile.ts';
import { namesIn, trace } from '../compile/trace.ts';
import { didYouMean } from '../desired/nearest.ts';
import { ownerOf, type Owner } from '../model/owner.ts';
import { formatTrace, traceFacts, type Told } from '../report/why.ts';
import { choice, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { askedByOther } from './halves/leave.ts';
import { catalogOf, trade } from './look.ts';
import { placeAround, placeAroundHelp, placeOptions } from './place.ts';
import { heldIn } from './run/report-file.ts';
import { heldAt, known } from './source.ts';

/** Say which line of which file, by whom, is behind a thing. */
export const why: Command = {
  name: 'why',
  summary: 'say which line of YAML, by whom, is behind a path, domain, member, port, …',
  help: `croft why THING: the YAML line behind a thing, the commit and author behind the line, and every
resource on this host that it led to.

Usage: croft why THING [WHERE] [--format text|json]

  THING             a path on the host, a resource id (file:/etc/…), a domain, a member, a uid, a host, a
                    port, a mail address, a DNS name, a limits class

${placeAroundHelp}

  --format FORMAT   text for people; json: schemas/output/why.schema.json

Example:
  $ croft why blog.ada.example
  site blog.ada.example  ada
    desired-state/members/ada/vhosts/blog.ada.example.yaml:2:1
    4be21c9d03 2026-11-23 Ada Lovelace: my blog moves to the dynamic host

Exit status: 0 shown, 1 nothing of that name, or cannot.`,
  operand: 'THING',
  options: { ...placeOptions, format: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  const [thing, ...others] = call.positionals;
  if (thing === undefined || others.length > 0) throw new UsageError('cannot tell what to explain: give one THING, e.g. croft why blog.ada.example');
  const place = await placeAround(call, world);
  const asked = await askedByOther(place, world);
  if (asked !== null) return asked;
  const newest = await known(place, { fetch: false });
  const found = place.revision === null ? await heldIn(place.machine, { host: place.host, revision: newest.trusted.commit }) : new Map<Owner, string>();
  const source = await heldAt(newest, found);
  const { state, catalog, holds } = await catalogOf(source, place.host);
  const everything = { state, catalog, claims: claimsOf(state, trade.services) };
  const { reasons, resources } = spellings(thing).map((spelt) => trace(spelt, everything)).find((traced) => traced.reasons.length > 0) ?? { reasons: [], resources: [] };
  if (reasons.length === 0) throw new UsageError(`cannot find ${thing}: no document declares it, and no resource of ${place.host} has that name${meant(thing, everything)}`);
  const lastGood = new Map(holds.flatMap((hold) => (hold.lastGood === null || hold.lastGood === 'directory' ? [] : [[hold.owner, hold.lastGood] as const])));
  const told: Told[] = [];
  for (const reason of reasons) told.push({ ...reason, revision: await source.blame(reason.source, lastGood.get(ownerOf(reason.source.file))) });
  const kept = new Set([...found.keys(), ...holds.map(({ owner }) => owner)]);
  const held = [...new Set(told.map(({ owner }) => owner))].filter((owner) => kept.has(owner));
  world.print(format === 'json' ? JSON.stringify(traceFacts(thing, told, { resources, held }), null, 2) : formatTrace(told, { host: place.host, resources, held, paint: world.paint }));
  return 0;
}

function meant(thing: string, everything: Parameters<typeof namesIn>[0]): string {
  const hint = didYouMean(thing, namesIn(everything));
  return hint === undefined ? '' : ` – ${hint}`;
}

/** How people write names: as declared, with a dot or slash at the end, in capitals, a unit without its suffix. */
function spellings(thing: string): readonly string[] {
  const plain = thing.replace(/(?<=.)[./]+$/, '');
  return [...new Set([thing, plain, plain.toLowerCase(), `${plain}.service`])];
}
