import { takes, type Kept } from './can.ts';
import type { Paint } from './paint.ts';
import { oneLine } from './printable.ts';
import { list } from './words.ts';

/** Whom the co-op takes somebody for. */
export interface Whoami {
  readonly trust: boolean;
  readonly commit: string;
  /** null: there is none that can be used. */
  readonly key: { readonly type: string; readonly fingerprint: string; readonly from: string } | null;
  /** null: the key is nobody's. */
  readonly member: Known | null;
  /** Would a commit that is signed with it now count? */
  readonly usable: boolean;
  /** Why it would not. */
  readonly why: string | null;
  /** What to do, a line each: commands, or what to ask an admin for. */
  readonly fix: readonly string[];
  /** What to add to a document so that the key is known; null when it is. */
  readonly entry: { readonly file: string; readonly lines: readonly string[] } | null;
  /** The commit that HEAD is at; null when there is none. */
  readonly head: Head | null;
}

/** A member, as far as she is known by a key. */
export interface Known {
  readonly name: string;
  readonly admin: boolean;
  readonly active: boolean;
  readonly directory: string;
  /** Days. null: no such limit. */
  readonly goodFrom: string | null;
  readonly goodUntil: string | null;
  /** What of her own document she cannot change alone. */
  readonly kept: readonly Kept[];
  /** Who can approve it. */
  readonly admins: readonly string[];
  readonly approvals: number;
}

/** Who signed the last commit. */
export interface Head {
  readonly commit: string;
  readonly signed: boolean;
  /** A member, or `forge` for a merge key; null when it does not count. */
  readonly by: string | null;
  /** Why it does not count. */
  readonly why: string | null;
  readonly fix: string | null;
}

/** Print it for people. */
export function formatWhoami(found: Whoami, { off, paint }: { readonly off: string; readonly paint: Paint }): string {
  const { trust, key, member, usable, why, fix, entry, head } = found;
  const colour = usable ? 'green' : 'red';
  return [
    ...(trust ? [] : [paint('yellow', off)]),
    paint(colour, oneLine(member === null ? (why ?? '') : whoWords(member))),
    ...(key === null || member === null ? [] : [row('the key', `${key.fingerprint} (${key.from})`), ...detailsOf(member)]),
    ...(member === null || why === null ? [] : [paint('red', oneLine(why))]),
    ...fix.map((line) => `  ${oneLine(line)}`),
    ...(entry === null ? [] : ['', `  # ${oneLine(entry.file)}`, ...entry.lines.map((line) => `  ${oneLine(line)}`), '']),
    ...(head === null ? [] : headWords(head, member?.name ?? null).map(oneLine)),
  ].join('\n').trimEnd();
}

/** The facts for programs. Shape: schemas/output/whoami.schema.json. */
export function whoamiFacts(found: Whoami): object {
  return found;
}

function whoWords({ name, admin, active }: Known): string {
  return `you are ${name}: a member${admin ? ', an admin' : ''}, ${active ? 'active' : 'not active'}`;
}

function detailsOf({ directory, goodFrom, goodUntil, kept, admins, admin, approvals }: Known): readonly string[] {
  const days = [...(goodFrom === null ? [] : [`from ${goodFrom}`]), ...(goodUntil === null ? ['without end'] : [`until ${goodUntil}`])];
  const alone = admin ? `whatever is green or amber: what members have, the co-op's own sites and zones` : `${directory} (green)`;
  const sensitive = approvals > 1 && admin ? [`${approvals} admins (red)`] : [];
  return [
    row('good', days.join(' ')),
    row('her directory', directory),
    row('alone', `${alone}${kept.length === 0 ? '' : ', but for what follows'}`),
    ...kept.map((each) => row(takes(each), `${list(each.fields)} of her member.yaml`)),
    ...sensitive.map((who) => row(who, "people, keys, limits, hosts, the co-op's settings, code, the loss of data")),
    ...(admin ? [] : [row('what is not hers', 'nothing, unless an admin approves it')]),
    row('admins', list(admins) || 'none has a signing key'),
  ];
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(18)}${oneLine(value)}`;
}

function headWords({ commit, signed, by, why, fix }: Head, you: string | null): readonly string[] {
  const which = `the last commit ${commit.slice(0, 10)}`;
  const help = fix === null ? [] : [`  ${fix}`];
  if (!signed) return [`${which} is not signed`, ...help];
  if (by === null) return [`${which} is signed, and that does not count: ${why ?? 'nobody knows why'}`, ...help];
  if (by === 'forge') return [`${which} is signed by a forge that may merge`];
  return [by === you ? `your last commit ${commit.slice(0, 10)} is signed by you` : `${which} is signed by ${by}`];
}
