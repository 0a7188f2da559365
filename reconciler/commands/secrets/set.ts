import { seal } from '../../age/seal.ts';
import { whyUnfit } from '../../age/envelope.ts';
import type { Document } from '../../desired/documents.ts';
import { shown } from '../../desired/finding.ts';
import { didYouMean } from '../../desired/nearest.ts';
import { recipientsOf, type Recipient } from '../../desired/sealing.ts';
import { fingerprint } from '../../model/digest.ts';
import { ownerName, type Owner } from '../../model/owner.ts';
import { printable } from '../../report/printable.ts';
import { list } from '../../report/words.ts';
import { secretPath } from '../../resources/secret.ts';
import { texts, UsageError, type Call, type ExitStatus, type World } from '../command.ts';
import { shownFrom } from '../coop.ts';
import { documentPath, ownerMeant, placeAround, type Place } from './place.ts';
import { writeSecret } from './write.ts';

/** Where programs of members run, when nobody says which host needs a secret. */
const usual = 'web-dynamic';

/** Read a value and seal it into the document of a secret. */
export async function setSecret(names: readonly string[], call: Call, world: World): Promise<ExitStatus> {
  const name = oneName(names, 'set');
  const place = placeAround(world);
  const owner = await ownerMeant(call, place, world);
  const path = documentPath(owner, name, place);
  const known = place.documents.secret.find(({ file }) => file === path);
  await sealInto(path, { name, owner, hosts: hostsFor(texts(call, 'host'), known, place) }, { place, world });
  return 0;
}

/** Read a new value for a secret that is there, for the hosts that it has. */
export async function renewSecret(name: string, owner: Owner, { place, world }: Around): Promise<ExitStatus> {
  const path = documentPath(owner, name, place);
  const known = place.documents.secret.find(({ file }) => file === path);
  if (known === undefined) throw new UsageError(`cannot give ${shown(name)} a new value: ${ownerName(owner)} has no such secret – croft secret set ${name}`);
  await sealInto(path, { name, owner, hosts: known.value.hosts }, { place, world });
  return 0;
}

/** Take the one name of a call. Errors: UsageError. */
export function oneName(names: readonly string[], verb: string): string {
  const [name, ...others] = names;
  if (name !== undefined && others.length === 0) return name;
  throw new UsageError(`cannot tell which secret: give one NAME, e.g. croft secret ${verb} db-password${others.length === 0 ? '' : ' – the value is no argument: it is read from standard input'}`);
}

/** Say to whom something is sealed, by name and key; keys that it was not sealed to before are marked, for whoever can tell whether they are right. */
export function recipientLines(recipients: readonly Recipient[], fresh: ReadonlySet<string> = new Set()): readonly string[] {
  const width = Math.max(...recipients.map(({ name }) => name.length));
  return recipients.map(({ name, is, blob }) => `  ${name.padEnd(width)}  ${fingerprint(Buffer.from(blob, 'base64'))}${is === 'host' ? '  host' : ''}${fresh.has(blob) ? '  new' : ''}`);
}

interface Around {
  readonly place: Place;
  readonly world: World;
}

interface Wanted {
  readonly name: string;
  readonly owner: Owner;
  readonly hosts: readonly string[];
}

async function sealInto(path: string, { name, owner, hosts }: Wanted, { place, world }: Around): Promise<void> {
  const recipients = recipientsOf(owner, hosts, place.documents);
  const value = withoutLineEnd(await world.ask(`value of ${name}, not shown: `));
  const why = whyUnfit(value);
  if (why !== null) throw new UsageError(`cannot seal this value: ${why}`);
  writeSecret(path, { hosts, sealed: await seal(`${owner} ${name}`, value, recipients.map(({ blob }) => blob)) }, place);
  const seen = shownFrom(place.coop, path, world.directory);
  if (!recipients.some((each) => each.is === 'person')) world.note(`note: ${ownerName(owner)} has no ed25519 signing key, so only hosts can open it: rotate will need the value again`);
  world.print(printable(`sealed ${name} of ${ownerName(owner)} to
${recipientLines(recipients).join('\n')}
wrote ${seen}

What next:
  git add ${seen}
  git commit -S -m "secret ${name}"
Once it is merged ${list(hosts)} ${hosts.length === 1 ? 'has' : 'have'} the value in ${secretPath(owner, name)}`));
}

/** One line stands for itself; of several, e.g. a private key, the last line end may matter to whoever reads it. */
function withoutLineEnd(typed: string): string {
  return /^[^\n]*\r?\n$/.test(typed) ? typed.replace(/\r?\n$/, '') : typed;
}

function hostsFor(asked: readonly string[], known: Document<'secret'> | undefined, { documents }: Place): readonly string[] {
  const roles = documents.host.filter(({ value }) => value.services.includes(usual)).map(({ name }) => name);
  const names = asked.length > 0 ? [...new Set(asked)].sort() : (known?.value.hosts ?? roles);
  if (names.length === 0) throw new UsageError('cannot tell which host needs it: give --host HOST');
  for (const name of names) refuseUnfit(name, documents);
  return names;
}

function refuseUnfit(name: string, documents: Place['documents']): void {
  const known = documents.host.map((host) => host.name);
  if (!known.includes(name)) throw new UsageError(`cannot seal for ${shown(name)}: there is no such host – ${didYouMean(name, known) ?? `the co-op has ${list(known)}`}`);
  if (recipientsOf('coop', [name], documents).some((each) => each.is === 'host')) return;
  throw new UsageError(`cannot seal for ${name}: hosts/${name}.yaml declares no ed25519 \`ssh-host-key\` – an admin can add the line of /etc/ssh/ssh_host_ed25519_key.pub`);
}
