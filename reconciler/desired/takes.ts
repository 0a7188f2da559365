/**
 * What each owner takes of what can be somebody's only once, which names are hers, and to whom she leads: all that two owners can have to
 * do with each other. Whatever rule comes to look at two owners' documents at once must find here what ties them together.
 */
import { groupBy } from '../model/group.ts';
import type { Owner } from '../model/owner.ts';
import { loginKeys, signingKeys } from './declared-keys.ts';
import type { AnyDocument } from './documents.ts';

/** What one owner takes; plain data. */
export interface Takes {
  /** Account, number, keys, ports, mail domains, each in a word: whose are the same have to do with each other. */
  readonly marks: readonly string[];
  /** Names in DNS: who has one above or below somebody's has to do with her. */
  readonly names: readonly string[];
  /** Marks of others that she refers to, whether somebody has them or not. */
  readonly leads: readonly string[];
}

/** Of whom there is no document. */
export const nothing: Takes = { marks: [], names: [], leads: [] };

/** Work out what each owner of some documents takes. */
export function takesOf(documents: readonly AnyDocument[]): ReadonlyMap<Owner, Takes> {
  const taken = documents.map((document) => ({ owner: document.owner, takes: takesIn(document) }));
  return new Map([...groupBy(taken, ({ owner }) => owner)].map(([owner, theirs]) => [owner, allOf(theirs.map(({ takes }) => takes))]));
}

/** Put together what somebody takes now with what it was. */
export function together(one: Takes, other: Takes): Takes {
  return allOf([one, other]);
}

function allOf(all: readonly Takes[]): Takes {
  const union = (what: keyof Takes): readonly string[] => [...new Set(all.flatMap((each) => each[what]))];
  return { marks: union('marks'), names: union('names'), leads: union('leads') };
}

function takesIn(document: AnyDocument): Takes {
  switch (document.kind) {
    case 'member': {
      const { name, value } = document;
      const keys = [...loginKeys(document).map(({ key }) => `ssh ${key}`), ...signingKeys(document).map(({ key }) => `signs ${key}`)];
      const marks = [`member ${name}`, `uid ${value.uid}`, ...keys, ...(value.ports ?? []).map((port) => `port ${port}`)];
      const { domains = [], delegates = [] } = value;
      return { marks, names: [...domains, ...delegates.map(({ domain }) => domain)], leads: delegates.map(({ to }) => `member ${to}`) };
    }
    case 'vhost': return { ...nothing, names: [document.name, ...(document.value.aliases ?? [])] };
    case 'zone': return { ...nothing, names: [document.name] };
    case 'mailboxes': {
      const { aliases = {}, 'catch-all': catchAll } = document.value;
      const targets = [...Object.values(aliases).flat(), ...(catchAll === undefined ? [] : [catchAll])];
      return { marks: [`mail ${document.name}`], names: [document.name], leads: targets.flatMap((target) => (target.includes('@') ? [`mail ${target.split('@')[1] ?? ''}`] : [])) };
    }
    // The co-op's documents are looked at every time, and with them whoever is an admin.
    case 'cluster': return { ...nothing, leads: document.value.admins.map((name) => `member ${name}`) };
    default: return nothing;
  }
}
