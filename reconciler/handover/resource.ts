/**
 * What a resource must look like to be handed over: by kind, which attributes its desired state has, and how its name is written. Paths
 * are absolute and plain; argv are words, never a line for a shell. A new kind has its line in `kinds`, or this does not compile.
 */
import type { Id, KindName, Resource, State } from '../model/resource.ts';
import { question } from './question.ts';
import { anyText, bool, list, object, oneOf, orNull, record, Unfit, whole, word, type Reader } from './read.ts';
import { most, owner, source } from './words.ts';

const path = word(/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._@:+%-]+)+$/);
const account = word(/^(?:[A-Za-z_][A-Za-z0-9_.-]{0,31}|[0-9]{1,10})$/);
const access = { mode: word(/^[0-7]{4}$/), owner: account, group: account };
/** Take a digest. */
export const digested = word(/^sha256:[0-9a-f]{64}$/);
const summed = word(/^sum:[0-9a-f]{128}$/);
const attribute = /^[^\p{Cc}\p{Cs}]{1,4096}$/u;
const argument = word(/^[^\p{Cc}\p{Cs}]{1,4096}$/u);
const argv = list(argument, most.words);
const scalar: Reader<string | number | boolean> = (value) => {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  return anyText(most.characters)(value);
};

interface Form {
  readonly name: Reader<string>;
  /** null: no desired state but that it must not exist. */
  readonly desired: Reader<State> | null;
  /** Must there be bytes behind a desired state? */
  readonly payload: boolean;
}

const file = { type: oneOf('file'), ...access };

/** A table's state is its rows: their columns are attributes, whatever they are called. Its first ones are like a file's. */
const rows: Reader<State> = (value) => {
  const state = cells(value);
  const { type, mode, owner: whose, group, layout } = state;
  heading({ type, mode, owner: whose, group, layout });
  return state;
};
const cells = record(attribute, scalar, most.rows);
const heading = object({ ...file, layout: word(/^[a-z-]{1,32}$/) });

const kinds: { readonly [kind in KindName]: Form } = {
  file: { name: path, desired: object({ ...file, content: digested }), payload: true },
  table: { name: path, desired: rows, payload: true },
  zone: { name: path, desired: object({ ...file, content: digested }), payload: true },
  key: { name: path, desired: object({ ...file, derived: word(/^[!-~]{1,255}$/) }), payload: true },
  secret: { name: path, desired: object({ ...file, sealed: digested }), payload: true },
  directory: { name: path, desired: object({ type: oneOf('directory'), ...access }, { extra: oneOf('') }) as Reader<State>, payload: false },
  link: { name: path, desired: object({ type: oneOf('link'), target: word(/^[!-~]{1,4096}$/) }), payload: false },
  home: { name: path, desired: object({ type: oneOf('directory'), ...access }, { seed: word(/^[a-z]{1,32} → \/[A-Za-z0-9._@+%/-]{1,4096}$/u) }) as Reader<State>, payload: false },
  quota: { name: path, desired: object({ limitBytes: whole(1024, Number.MAX_SAFE_INTEGER), project: whole(1, 4_294_967_294) }), payload: false },
  packages: { name: word(/^[a-z][a-z0-9-]{0,63}$/), desired: record(/^[a-z0-9][a-z0-9+.-]+$/, oneOf('installed'), 1000), payload: false },
  unit: {
    name: word(/^(?:systemd|[A-Za-z0-9][A-Za-z0-9@:_.-]*\.(?:service|socket|timer|path|target|slice|mount))$/, 255),
    desired: object({}, { enabled: bool, active: bool, loaded: summed }) as Reader<State>,
    payload: false,
  },
  sessions: { name: word(/^[a-z0-9][a-z0-9._@+-]{0,320}$/), desired: null, payload: false },
};

const id = word(/^[a-z]{1,32}:[^\p{Cc}\p{Cs}\s]{1,4096}$/u) as Reader<Id>;
const part = object({ attribute: word(attribute), owner, source });

const outline = object({
  id, kind: oneOf(...(Object.keys(kinds) as KindName[])), name: anyText(4096), owner, source, desired: orNull((value) => value),
  needs: list(id, most.names), after: list(id, most.names),
}, {
  load: object({ reads: list(word(/^\/[A-Za-z0-9._@:+%/-]*$/), 1000), reload: argv }, { check: argv, probes: list(question, 100) }),
  payload: object({ text: anyText(64 * 1024 * 1024) }, { secret: oneOf(true), check: argv }),
  parts: list(part, most.rows),
  probe: question,
});

/** Take one resource. Its attributes come out in the order in which they went in. */
export const resource: Reader<Resource> = (value) => {
  const outlined = outline(value);
  const { id: own, kind, name, desired, payload, load } = outlined;
  const form = kinds[kind];
  if (own !== `${kind}:${form.name(name)}`) throw new Unfit('is not named as its kind and name say', ['id']);
  if (desired === null) return { ...outlined, desired };
  if (form.desired === null) throw new Unfit('must be null', ['desired']);
  if ((payload !== undefined) !== form.payload) throw new Unfit(form.payload ? 'is missing' : 'must not be there', ['payload']);
  if (load !== undefined && kind !== 'unit') throw new Unfit('is for units only', ['load']);
  return { ...outlined, desired: form.desired(desired) };
};
