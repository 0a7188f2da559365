/**
 * What the half of croft that reads documents hands to the half that is root: flat values, as lines of JSON, read back by hand-written
 * readers that refuse whatever they do not know (law 10). It is written by a process that anybody may have taken over who could make it read
 * something; so it says what the host is to be and never what root is to do, and admission/ looks at it next.
 * Shape: a heading, with how many resources there are; what guards must know; then each resource in a line of its own, sorted by id. Where
 * there is no catalog, one line is all. Of the lines that root has read and admitted before it need not do that again; and where root has all
 * but a few, by a name that it gave, these are all that is handed over (amends), and the facts only where they are other ones, or guards ask for them.
 */
import type { RollbackStanding } from '../model/aside.ts';
import { bookOf, changed } from '../model/book.ts';
import type { Declared } from '../model/declared.ts';
import { digest } from '../model/digest.ts';
import type { Signer } from '../model/host-report.ts';
import type { Hold } from '../model/plan.ts';
import type { Catalog } from '../model/resource.ts';
import type { Pending, Tip, Trusted } from '../model/trusted.ts';
import { catalogIn, catalogHeading, idIn, type Familiar } from './catalog.ts';
import { lineOf, lineOfDeclared, readDeclared, recallDeclared } from './lines.ts';
import { anyText, bool, list, object, oneOf, orNull, pair, readingOf, Unfit, within, word, type Reader, type Reading } from './read.ts';
import { digested } from './resource.ts';
import { wentBack } from './aside.ts';
import { hold, moment, most, oid, plainName, problem, sentence, whose, written } from './words.ts';

/** The newest form of it. A host's two halves come from one package, so there is never another. */
const version = 1;

/** A host at a commit, as the half that reads documents understood it. */
export interface Handover {
  readonly version: typeof version;
  /** The request that this answers, so that an older answer is never taken for it. */
  readonly request: string;
  readonly catalog: Catalog;
  readonly declared: Declared;
  readonly holds: readonly Hold[];
  readonly notices: readonly string[];
  /** Which remote answered; null when none was asked or none did. */
  readonly remote: string | null;
  /** What is in force. */
  readonly trusted: Trusted;
  /** When a remote said that the branch is there: to be believed once the host was made so. null: nothing new is to be believed. */
  readonly confirmedAt: number | null;
  /** Did it find a version for everybody whom it was asked to keep back? true where nobody asked. */
  readonly kept: boolean;
  /** Who were admins in the commit that was asked about; null when nobody asked, or nobody knows. */
  readonly admins: readonly string[] | null;
  /** Whose documents in it are older ones, because an admin of this host said so. */
  readonly rollbacks: readonly Omit<RollbackStanding, 'overdue'>[];
  /** The hosts that sign reports, for the half that tells and hears them. */
  readonly hosts: readonly Signer[];
  /** A name for all in it that is of the host and not of the asking: two of one name are the same. null: it has none. */
  readonly key: string | null;
  /** The branch went where this host does not follow it: a notice says where. */
  readonly stays?: true;
  /** The name of what root has, where the catalog is only what is new since that (Catalog.beside). */
  readonly amends?: string;
  /** The digest of the facts, where a part does not say them again. */
  readonly facts?: string;
  /** What of the catalog root knew already when it read it. It is no part of the text. */
  readonly familiar?: Familiar;
}

/** What is handed over, but for its lines. */
export type Heading = Omit<Handover, 'catalog' | 'declared'> & { readonly catalog: Omit<Catalog, 'resources'> };

/** What guards must know, and a catalog, as the lines that are handed over. */
export interface HandoverLines {
  readonly declared: string;
  /** One a resource, sorted by id. */
  readonly resources: readonly string[];
}

/** What root has read before and admitted, of the lines of an answer. */
export interface KnownLines extends HandoverLines {
  /** The digest of the facts, where no more is known of them. */
  readonly facts?: string;
  /** What stands for the facts where a part does not say them again (leftOut). */
  readonly unsaid?: Declared;
  /** Did some of it come in parts? None of these went in a circle, but all of it may. */
  readonly isOfParts?: boolean;
  /** Is what is read root's own? Then a part of it may say of something that it is not to be: it was made so before. */
  readonly isOwn?: boolean;
}

/** Nothing was ever read. */
export const nothingKnown: KnownLines = { declared: '', resources: [] };

/** What is handed over instead where the asking half has it already, as it said: what is new about it. */
export interface Same extends Pick<Handover, 'version' | 'request' | 'notices' | 'remote' | 'confirmedAt'> {
  /** The name that it was asked about. */
  readonly same: string;
}

/** What is handed over instead where there is nothing to hand over. */
export interface Cannot {
  readonly version: typeof version;
  readonly request: string;
  readonly cannot: string;
}

export type Answer = Handover | Same | Cannot;

const pending: Reader<Pending> = object({
  path: anyText(16 * 1024), owner: whose, commit: oid, since: oid, signers: list(sentence, most.names), doubts: list(sentence, most.names), problems: list(problem, most.problems),
});

const trusted: Reader<Trusted> = (value) => {
  const { overrides, ...rest } = object({ commit: oid, tree: oid, pending: list(pending, most.names), overrides: list(pair(oid, oid), most.names) })(value);
  return { ...rest, overrides: new Map(overrides) };
};

/** Take what is in force. */
export const inForce = trusted;

/** Take a record of what is believed. */
export const tip: Reader<Tip> = object({ oid, time: moment, trusted: orNull(trusted) });

/** Take a host's name and how it signs. */
export const signer: Reader<Signer> = object({
  name: word(/^[a-z0-9-]{1,63}$/), fqdn: word(/^[a-z0-9.-]{1,253}$/), key: orNull(object({ type: word(/^[a-z0-9@.-]{1,64}$/), blob: word(/^[A-Za-z0-9+/=]{1,16384}$/, 16384) })),
});

const head = { version: oneOf(version), request: word(/^[0-9a-f-]{1,64}$/) };

/** Take the name of what is handed over. */
export const handoverKey = word(/^[0-9a-f]{64}$/, 64);

const asking = { notices: list(sentence, most.notices), remote: orNull(sentence), confirmedAt: orNull(moment) };

const heading = object({
  ...head, ...asking, catalog: catalogHeading, holds: list(hold, most.names), key: orNull(handoverKey),
  trusted, kept: bool, admins: orNull(list(plainName, most.names)), hosts: list(signer, most.names),
  rollbacks: list(wentBack, most.names),
}, { stays: oneOf(true), amends: handoverKey, facts: digested });

const same: Reader<Same> = object({ ...head, ...asking, same: handoverKey });

/** Take that there is nothing. */
export const cannot: Reader<Cannot> = object({ ...head, cannot: sentence });

/** Write an answer down. */
export function formatAnswer(answer: Answer): string {
  return 'catalog' in answer ? formatHandover(answer, { declared: lineOfDeclared(answer.declared), resources: answer.catalog.resources.map(lineOf) }) : `${written(answer)}\n`;
}

/** Write down what is handed over, of which the facts and every resource are lines already, as lineOf writes them, sorted by id. */
export function formatHandover(handover: Heading, { declared: facts, resources }: HandoverLines): string {
  return [headingOf(handover, resources.length), facts, ...resources, ''].join('\n');
}

/** Write the first line of what is handed over, which says how many resources come. */
export function headingOf({ familiar: _, catalog: { host, revision, time, beside }, ...rest }: Heading, count: number): string {
  const about = { host, revision, time, resources: count, ...(beside === undefined ? {} : { beside }) };
  // A whole handover has its facts beside these, and they have a line of their own.
  return written({ ...rest, declared: undefined, trusted: writtenTrusted(rest.trusted), catalog: about });
}

/** Read an answer; whatever it is, this says what it is or what is wrong with it. `known`: what root has read before and admitted as a whole, as its own copy has it, to the byte; that need not be read as if it were new. */
export function parseAnswer(text: string, known: KnownLines = nothingKnown): Reading<Answer> {
  return readingOf(() => {
    // More than these are too many, and are not even taken apart.
    const lines = text.split('\n', most.resources + 4);
    const value: unknown = JSON.parse(lines[0] ?? '');
    if (isOf(value, 'cannot')) return cannot(alone(value, lines));
    return isOf(value, 'same') ? same(alone(value, lines)) : handoverIn(value, lines, known);
  });
}

/** Put lines in the place of those of the same resources, and add those that are new; the first two are those of what amends, but for facts that it does not say again. */
export function amendedLines(text: string, amendment: string): string {
  const [, before = '', ...old] = text.split('\n').slice(0, -1);
  const [head = '', said = '', ...fresh] = amendment.split('\n').slice(0, -1);
  const facts = said === '' ? before : said;
  const byId = (lines: readonly string[]): ReadonlyMap<string, string> => new Map(lines.map((line) => [idIn(line), line]));
  return [head, facts, ...changed(bookOf(byId(old)), byId(fresh)).within('').map(([, line]) => line), ''].join('\n');
}

/** Does a text hand over a catalog? What it is worth only parseAnswer says. */
export function handsOver(text: string): boolean {
  return text.indexOf('\n') < text.length - 1;
}

/** Does it say that this is all of one? */
export function isWhole(text: string): boolean {
  return !text.slice(0, text.indexOf('\n')).includes('"amends":"');
}

function handoverIn(value: unknown, lines: readonly string[], known: KnownLines): Handover {
  const { catalog: { resources: count, ...about }, ...rest } = heading(value);
  if ((rest.amends === undefined) !== (about.beside === undefined)) throw new Unfit('must say both what it amends and how much is beside it, or neither', ['amends']);
  // Behind the last line end nothing stands.
  if (lines.length !== count + 3 || lines.at(-1) !== '') throw new Unfit('is no JSON, or cut off');
  const said = lines[1] ?? '';
  if (rest.facts !== undefined && (said !== '' || rest.amends === undefined)) throw new Unfit('must not say facts and leave them out', ['facts']);
  const facts = within('declared', () => (rest.facts !== undefined && known.unsaid !== undefined ? known.unsaid : factsOn(said, known)));
  const { catalog, familiar } = within('catalog', () => catalogIn(about, lines.slice(2, -1), known));
  return { ...rest, catalog, declared: facts, ...(familiar === null ? {} : { familiar }) };
}

function factsOn(said: string, { declared: before, facts }: KnownLines): Declared {
  const areKnown = said === before || (facts !== undefined && digest(said) === facts);
  return areKnown ? recallDeclared(said) : readDeclared(said);
}

function alone(value: unknown, [, next = '', ...more]: readonly string[]): unknown {
  if (next !== '' || more.length > 0) throw new Unfit('says more than one thing');
  return value;
}

function isOf(value: unknown, field: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field);
}

/** Say what is to be believed once a host was made what was handed over. */
export function tipOf({ trusted: believed, confirmedAt }: Pick<Handover, 'trusted' | 'confirmedAt'>): Tip | null {
  return confirmedAt === null ? null : { oid: believed.commit, time: confirmedAt, trusted: believed };
}

/** Write what is in force as its reader takes it. */
export function writtenTrusted(believed: Trusted): unknown {
  return { ...believed, overrides: [...believed.overrides] };
}

/** Write a record of what is believed as its reader takes it. */
export function writtenTip(believed: Tip): object {
  return { ...believed, trusted: believed.trusted === null ? null : writtenTrusted(believed.trusted) };
}
