import { readlinkSync, type Stats } from 'node:fs';
import { isSameStamp, MachineError, type Answer, type Node, type Probe, type Question, type Stamp, type Want } from '../model/machine.ts';
import { derive, equalSecretly } from './derive.ts';
import type { Ground } from './ground.ts';
import { octal } from './guard.ts';
import { digestAt, entriesAt, excerptsAt, textAt } from './read.ts';
import { refusal } from './refusal.ts';
import { saysTheSame } from './roll.ts';
import { MAX_OUTPUT_BYTES, OutOfTime, type Ran } from './run.ts';
import { glance, judged, leadsNowhere, stampOf, stamps, type Judged } from './stamps.ts';
import { viewed } from './transaction.ts';
import { find, leave, look, type Place } from './tree.ts';
import { openedInto } from './unseal.ts';

type Ask<Name extends Probe['ask']> = Extract<Probe, { ask: Name }>;

const AT_ONCE = 20;

/** Answer probes in their order; changes nothing. Errors: MachineError when the host cannot answer. */
export async function observe(ground: Ground, probes: readonly Probe[]): Promise<readonly Answer[]> {
  ground.begin();
  const answers: Answer[] = [];
  const asked = askAll(ground, probes.flatMap((probe) => (probe.ask === 'answers' ? [probe.question] : [])));
  const ways = judged();
  for (const probe of probes) if (probe.ask !== 'answers') answers.push(probe.ask === 'path' ? seen(ground, probe, ways) : await answer(ground, probe));
  // Not taken off a list at its beginning: of a great one that moves all the others, each time.
  const [heard, told] = [(await asked).values(), answers.values()];
  return probes.map(({ ask }) => (ask === 'answers' ? heard : told).next().value).filter((one) => one !== undefined);
}

/** Daemons are asked at the same time, for one that does not answer is asked again for a while; but only so many at once. */
async function askAll(ground: Ground, questions: readonly Question[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < questions.length; from += AT_ONCE) {
    const heard = await Promise.all(questions.slice(from, from + AT_ONCE).map((question) => ground.ask(question)));
    for (const because of heard) answers.push({ ask: 'answers', answered: because === null, because: because ?? '' });
  }
  return answers;
}

function seen(ground: Ground, probe: Ask<'path'>, ways: Judged): Answer {
  try {
    return path(ground, probe, ways);
  } catch (error) {
    throw refusal(`cannot look at ${probe.path}`, error);
  }
}

async function answer(ground: Ground, probe: Exclude<Probe, { ask: 'answers' | 'path' }>): Promise<Answer> {
  try {
    if (probe.ask === 'run') return await ran(ground, probe.argv);
    if (probe.ask === 'view') return await inView(ground, probe);
    if (probe.ask === 'sealed') return await unsealed(ground, probe);
    if (probe.ask === 'stamps') return { ask: 'stamps', ...(probe.called === true ? await (await import('./calling.ts')).stampedAndCalled(ground, probe.paths) : stamps(ground, probe.paths)) };
    if (probe.ask === 'roll') return { ask: 'roll', isSame: await saysTheSame(ground, probe.roll) };
    if (probe.ask === 'excerpts') return excerpts(ground, probe);
    return derived(ground, probe);
  } catch (error) {
    throw refusal('argv' in probe ? `cannot run ${probe.argv.join(' ')}` : `cannot look at ${'path' in probe ? probe.path : 'what is managed'}`, error);
  }
}

async function ran(ground: Ground, argv: readonly string[]): Promise<Answer> {
  const { status, stdout, stderr, cut } = await ground.run({ argv });
  if (cut) throw new MachineError(`cannot take the answer of ${argv.join(' ')}: it is longer than ${MAX_OUTPUT_BYTES} bytes`, { argv, status });
  return { ask: 'run', status, stdout, stderr };
}

/** Where nothing is to be seen otherwise, the host itself is what is seen. A checker that hangs says no, so that what makes it hang can be found. */
async function inView(ground: Ground, { places, argv }: Ask<'view'>): Promise<Answer> {
  const asked = (timeoutSeconds: number): Promise<Ran> => (places.length === 0 ? ground.run({ argv, timeoutSeconds }) : ground.view(viewed(ground, places), argv, timeoutSeconds));
  try {
    const { status, stdout, stderr } = await ground.patience(argv, asked);
    return { ask: 'view', status, stdout, stderr };
  } catch (error) {
    if (error instanceof OutOfTime) return { ask: 'view', status: 124, stdout: '', stderr: error.message };
    throw error;
  }
}

/** Without the co-op's key nothing matches; the step that would write the secret then says so. */
function derived(ground: Ground, probe: Ask<'derived'>): Answer {
  const found = text(ground, probe.path);
  if (found === null) return { ask: 'derived', node: null, matches: false };
  const { text: written, ...bare } = found;
  return { ask: 'derived', node: bare, matches: written !== undefined && matches(ground, probe, written) };
}

function matches(ground: Ground, probe: Ask<'derived'>, text: string): boolean {
  try {
    return equalSecretly(text, derive(ground, probe));
  } catch (error) {
    if (error instanceof MachineError) return false;
    throw error;
  }
}

/** A text that cannot be opened is nobody's value; the step that would write it then says why. */
async function unsealed(ground: Ground, probe: Ask<'sealed'>): Promise<Answer> {
  const found = text(ground, probe.path);
  if (found === null) return { ask: 'sealed', node: null, opened: null };
  const { text: written, ...bare } = found;
  return { ask: 'sealed', node: bare, opened: written === undefined ? null : await openedInto(ground, probe, written) };
}

/** The stamp is of before anything was read: what is written meanwhile has another one. */
function path(ground: Ground, probe: Ask<'path'>, ways: Judged): Answer {
  const told = fromOutside(ground, probe, ways);
  if (told !== null) return told;
  let stamp: Stamp = [];
  const found = node(ground, probe.path, (place, stats) => {
    stamp = stampOf(ground, place.path, stats);
    return content(place, stats, probe.want);
  });
  return { ask: 'path', node: found, ...(probe.known === undefined ? {} : { stamp }) };
}

/** A way that needs no second look: absolute, and every part of it a name. */
const named = /^(?:\/(?!\.{1,2}(?:\/|$))[^/\0]+)+$/;

/** Answer what can be told without opening anything; null where something is to be read. What has the stamp of something known is not. */
function fromOutside(ground: Ground, { path: name, want, known }: Ask<'path'>, ways: Judged): Answer | null {
  if (want === 'text' || want === 'entries' || !named.test(name)) return null;
  // What nobody knows is read where it stands, and is looked at there.
  if (want === 'digest' && known == null && !leadsNowhere(ground, name, ways)) return null;
  const found = glance(ground, name, ways);
  const stamp = found === null ? [] : stampOf(ground, found.path, found.stats);
  const stamped = known === undefined ? {} : { stamp };
  if (found === null) return { ask: 'path', node: null, ...stamped };
  const isRead = want === 'digest' && found.stats.isFile();
  const isKnown = known != null && isSameStamp(stamp, known.stamp);
  if (found.stats.isSymbolicLink() || (isRead && !isKnown)) return null;
  return { ask: 'path', node: { ...plain(ground, { path: found.path, at: '' }, found.stats), ...(isRead && isKnown ? { digest: known.digest } : {}) }, ...stamped };
}

function excerpts(ground: Ground, { path }: Ask<'excerpts'>): Answer {
  const place = find(ground, path, 'look');
  if ('broken' in place) return { ask: 'excerpts', excerpts: null };
  try {
    const found = look(place)?.isFile() === true ? excerptsAt(place) : undefined;
    return { ask: 'excerpts', excerpts: found === undefined ? null : { length: found.length, slice: (...span) => sliced(path, () => found.slice(...span)) } };
  } finally {
    leave(place);
  }
}

function sliced(path: string, slice: () => string): string {
  try {
    return slice();
  } catch (error) {
    throw refusal(`cannot look at ${path}`, error);
  }
}

function text(ground: Ground, path: string): Node | null {
  return node(ground, path, (place, stats) => content(place, stats, 'text'));
}

/** A path below something that is no directory, or below a link that is not root's, leads to nothing of croft's. */
function node(ground: Ground, path: string, contentOf: (place: Place, stats: Stats) => Pick<Node, 'digest' | 'text' | 'entries'>): Node | null {
  const place = find(ground, path, 'look');
  if ('broken' in place) return null;
  try {
    const stats = look(place);
    return stats === null ? null : { ...plain(ground, place, stats), ...contentOf(place, stats) };
  } finally {
    leave(place);
  }
}

function plain(ground: Ground, place: Pick<Place, 'path' | 'at'>, stats: Stats): Node {
  const ids = ground.ownership.of(place.path, stats);
  return {
    type: typeOf(stats),
    mode: octal(stats.mode),
    owner: ground.names.user(ids.uid),
    group: ground.names.group(ids.gid),
    sizeBytes: stats.size,
    changedAt: Math.trunc(stats.ctimeMs),
    ...(stats.isSymbolicLink() ? { target: readlinkSync(place.at) } : {}),
  };
}

/** What was asked for, where the type has it; a file that is no file any more by the time it is opened has nothing. */
function content(place: Place, stats: Stats, want: Want): Pick<Node, 'digest' | 'text' | 'entries'> {
  const digest = stats.isFile() && want === 'digest' ? digestAt(place) : undefined;
  const written = stats.isFile() && want === 'text' ? textAt(place) : undefined;
  const entries = stats.isDirectory() && want === 'entries' ? entriesAt(place) : undefined;
  return { ...(digest === undefined ? {} : { digest }), ...(written === undefined ? {} : { text: written }), ...(entries === undefined ? {} : { entries }) };
}

function typeOf(stats: Stats): Node['type'] {
  return stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : 'other';
}
