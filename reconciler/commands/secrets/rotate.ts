import { isSealedTo, open, seal } from '../../age/seal.ts';
import type { Pair } from '../../authority/private-key.ts';
import { shown } from '../../desired/finding.ts';
import { sealings, type Recipient, type Sealing } from '../../desired/sealing.ts';
import { ownerName } from '../../model/owner.ts';
import { printable } from '../../report/printable.ts';
import { count, list } from '../../report/words.ts';
import { texts, UsageError, type Call, type ExitStatus, type World } from '../command.ts';
import { identityOf } from './identity.ts';
import { ownerAsked, ownerMeant, placeAround, type Place } from './place.ts';
import { oneName, recipientLines, renewSecret } from './set.ts';
import { writeSecret } from './write.ts';

/**
 * Seal again, to today's keys, whatever the caller's key opens. Only what was sealed as this very secret: else somebody could put another's
 * sealed text among his own documents and wait for its owner to seal it to him.
 */
export async function rotateSecrets(names: readonly string[], call: Call, world: World): Promise<ExitStatus> {
  const place = placeAround(world);
  if (call.values['new'] === true) return renewSecret(oneName(names, 'rotate --new'), await ownerMeant(call, place, world), { place, world });
  const pair = await identityOf(call, world);
  const wanted = wantedOf(names, call, place);
  const own = wanted.filter((each) => canOpen(each, pair));
  const due = own.filter((each) => names.length > 0 || isStale(each));
  const refused = await sealAgain(due, pair, { place, world });
  const locked = wanted.length - own.length;
  const said = [
    ...(own.length > due.length ? [`${count(own.length - due.length, 'secret')} sealed to today's keys already`] : []),
    ...(locked > 0 ? [`${count(locked, 'secret')} left as they are: sealed to other keys than yours`] : []),
    ...(wanted.length === 0 ? ['there is no such secret'] : []),
  ];
  for (const line of said) world.print(line);
  if (names.length > 0 && own.length === 0) throw new UsageError(`cannot seal ${list(names)} again: your key opens none of that name`);
  return refused > 0 ? 3 : 0;
}

/** A key too many can open what is there today; a new seal is for the next value at the latest. */
export function isStale({ missing, others }: Sealing): boolean {
  return missing.length > 0 || others > 0;
}

function canOpen({ sealed }: Sealing, pair: Pair): boolean {
  return isSealedTo(sealed, pair.publicKey.toString('base64'));
}

function wantedOf(names: readonly string[], call: Call, place: Place): readonly Sealing[] {
  const [owner, hosts] = [ownerAsked(call, place), texts(call, 'host')];
  const all = sealings(place.documents).filter(({ document }) => owner === null || document.owner === owner);
  const unknown = names.filter((name) => !all.some(({ document }) => document.name === name));
  if (unknown.length > 0) throw new UsageError(`cannot find ${unknown.map(shown).join(', ')}: there is no such secret – croft secret list`);
  return all.filter(({ document: { name, value } }) => (
    (names.length === 0 || names.includes(name)) && (hosts.length === 0 || hosts.some((host) => value.hosts.includes(host)))));
}

/** Shape: how many could not be opened. */
async function sealAgain(due: readonly Sealing[], pair: Pair, { place, world }: { readonly place: Place; readonly world: World }): Promise<number> {
  const used = new Map<string, Recipient>();
  let refused = 0;
  const fresh = new Set<string>();
  for (const { document, sealed, recipients, missing } of due) {
    const label = `${document.owner} ${document.name}`;
    const opened = await open(label, sealed, pair);
    if (!opened.ok) {
      world.note(printable(`croft: cannot open ${document.file}: ${opened.why}`));
      refused += 1;
      continue;
    }
    writeSecret(document.file, { hosts: document.value.hosts, sealed: await seal(label, opened.value, recipients.map(({ blob }) => blob)) }, place);
    for (const each of recipients) used.set(each.blob, each);
    for (const each of missing) fresh.add(each.blob);
    world.print(printable(`sealed ${document.name} of ${ownerName(document.owner)} again, to ${list([...new Set(recipients.map(({ name }) => name))])}`));
  }
  if (used.size > 0) world.print(printable(`their keys:\n${recipientLines([...used.values()], fresh).join('\n')}`));
  return refused;
}
