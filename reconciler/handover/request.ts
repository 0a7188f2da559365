/**
 * What the half of croft that is root asks of the half that reads documents. Root writes it and the other half reads it, by the same sort
 * of readers, so that neither can be surprised by the other's version.
 */
import type { Rollback } from '../model/aside.ts';
import { guardNames, type Gone, type Guarded, type Ledger, type Spent } from '../model/guard.ts';
import type { Inventory, InventoryEntry } from '../model/plan.ts';
import type { Id, State } from '../model/resource.ts';
import type { Owner } from '../model/owner.ts';
import type { Former } from '../model/retired.ts';
import type { Trusted } from '../model/trusted.ts';
import { handoverKey, inForce, writtenTrusted } from './handover.ts';
import { anyText, bool, list, object, oneOf, orNull, pair, readJson, record, whole, word, type Reader, type Reading } from './read.ts';
import { rollback } from './aside.ts';
import { search, type Search } from './way-back.ts';
import { calendarDay, moment, most, oid, owner, plainName, sentence, source, written } from './words.ts';

const version = 1;

/** What is to be compiled, for which host. */
export interface Request {
  readonly version: typeof version;
  /** Comes back in the answer. */
  readonly id: string;
  /**
   * `follow`: fetch, and judge what is new. `stay`: the last commit that was believed. `look`: what the remote has now, without believing
   * it. `recall`: what is known without asking anybody.
   */
  readonly what: 'follow' | 'stay' | 'look' | 'recall';
  readonly host: string;
  readonly remotes: readonly string[];
  readonly branch: string;
  readonly revision: string | null;
  readonly pin: string | null;
  /** To which older commits this host went back. */
  readonly rollbacks: readonly Rollback[];
  /** Units: milliseconds since the epoch. */
  readonly now: number;
  /** What the asking half has already, by its name: if it is that, it need not be handed over, nor read, nor compiled. */
  readonly have: string | null;
  /** May it be handed over as what is new since that? */
  readonly part: boolean;
  /** Which croft asks, and must answer; null: nobody knows. */
  readonly croft: string | null;
  /** The digest of the key that the host has now, and whoever answers must have been lent; null: it has none. */
  readonly key: string | null;
  /** Was this host told that there is news? Then what reads it is loaded while the remote has not answered yet, and one that could not answer just then is asked again. */
  readonly told: boolean;
  /** What an earlier answer found to be in force: this one is about the same, and asks nobody. */
  readonly at: Trusted | null;
  /** Of which commit it is to say who was an admin. */
  readonly admins: string | null;
  readonly keepBack: KeepBack | null;
  /** Nothing is to be compiled: what is wanted is the way back to an older commit. */
  readonly wayBack: Search | null;
}

/** What a run would destroy, and what must be known to find a version of its owners' documents that would not. */
export interface KeepBack {
  readonly guarded: readonly Guarded[];
  readonly inventory: Inventory;
  /** What zone files say now, as far as they are to say something else. */
  readonly zones: ReadonlyMap<Id, string>;
  readonly admins: ReadonlySet<string> | null;
  /** Whose data was put aside on the host, as far as somebody new could be given it. */
  readonly formers?: readonly Former[];
  /** Of which commit an owner's documents are that the host was made of, where they are of another than everybody's. */
  readonly madeOf: ReadonlyMap<Owner, string>;
}

/** Write a request down. What things were left like goes without digests: they could be of something secret, and nobody asks for them. */
export function formatRequest({ at, keepBack, ...request }: Request): string {
  return `${written({ ...request, at: at === null ? null : writtenTrusted(at), keepBack: keepBack === null ? null : writtenKeepBack(keepBack) })}\n`;
}

/** Read a request. */
export function parseRequest(text: string): Reading<Request> {
  return readJson(text, request);
}

function writtenKeepBack({ guarded, inventory, zones, admins, formers, madeOf }: KeepBack): unknown {
  const entries = [...inventory.entries].map(([id, { reads: _, ...entry }]) => [id, { ...entry, left: entry.left === null ? null : withoutDigests(entry.left) }]);
  return { guarded, inventory: { revision: inventory.revision, entries, ledger: inventory.ledger }, zones: [...zones], admins: admins === null ? null : [...admins], ...(formers === undefined ? {} : { formers }), madeOf: [...madeOf] };
}

function withoutDigests(left: State): State {
  return Object.fromEntries(Object.entries(left).map(([attribute, value]) => [attribute, typeof value === 'string' ? value.replace(/^(?:(sha256:).*|(sum:)[0-9a-f]{128})$/s, '$1$2') : value]));
}

const id = word(/^[a-z]{1,32}:[^\p{Cc}\p{Cs}]{1,4096}$/u) as Reader<Id>;
const attribute = /^[^\p{Cc}\p{Cs}]{1,4096}$/u;
const scalar: Reader<string | number | boolean> = (value) => (typeof value === 'number' || typeof value === 'boolean' ? value : anyText(most.characters)(value));
const entry: Reader<InventoryEntry> = object({ owner, source, left: orNull(record(attribute, scalar, most.rows)) }, { rows: record(attribute, owner, most.rows) });

const guarded: Reader<Guarded> = object({
  code: oneOf(...guardNames.map((name) => `guard/${name}`)), host: plainName, owner, object: plainName, count: whole(0, 1e9), message: sentence, allow: sentence, where: plainName,
});

const guardName = oneOf(...guardNames);
const thingName = anyText(8192);
const gone: Reader<Gone> = object({ guard: guardName, id: thingName, owner, file: thingName, at: moment });
const spent: Reader<Spent> = object({ guard: guardName, object: plainName, reason: sentence, until: calendarDay, count: orNull(whole(0, 1e9)), going: list(thingName, most.resources) });
const ledger: Reader<Ledger> = object({ gone: list(gone, most.resources), spent: list(spent, most.names), since: orNull(moment) });
const former: Reader<Former> = object({ name: plainName, uid: orNull(whole(0, 2 ** 32)), sort: oneOf('home', 'mail', 'zone-keys'), path: plainName });

const keepBack: Reader<KeepBack> = (value) => {
  const { inventory, zones, admins, madeOf, ...rest } = object({
    guarded: list(guarded, most.names), inventory: object({ revision: orNull(word(/^(?:[0-9a-f]{40}|directory)$/)), entries: list(pair(id, entry), most.resources), ledger }),
    zones: list(pair(id, anyText(64 * 1024 * 1024)), most.names), admins: orNull(list(plainName, most.names)), madeOf: list(pair(owner, oid), most.names),
  }, { formers: list(former, most.names) })(value);
  return { ...rest, inventory: { ...inventory, entries: new Map(inventory.entries) }, zones: new Map(zones), admins: admins === null ? null : new Set(admins), madeOf: new Map(madeOf) };
};

const request: Reader<Request> = object({
  version: oneOf(version), id: word(/^[0-9a-f-]{1,64}$/), what: oneOf('follow', 'stay', 'look', 'recall'), host: plainName, remotes: list(plainName, 100), branch: plainName,
  revision: orNull(plainName), pin: orNull(oid), rollbacks: list(rollback, most.names), now: moment, have: orNull(handoverKey), part: bool, croft: orNull(word(/^[0-9a-f]{1,64}$/)), key: orNull(word(/^sha256:[0-9a-f]{64}$/)), told: bool, at: orNull(inForce), admins: orNull(word(/^(?:[0-9a-f]{40}|directory)$/)), keepBack: orNull(keepBack), wayBack: orNull(search),
});
