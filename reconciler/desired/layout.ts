import { hostname, label, userName } from '../model/grammar/names.ts';
import { toALabels } from '../model/grammar/idn.ts';
import { shown, type Said } from './finding.ts';
import { nearest } from './nearest.ts';
import type { DocumentKind } from './schemas.ts';

interface Place {
  readonly pattern: RegExp;
  readonly kind: DocumentKind;
  /** Reads the name of the file; null when it is no name for this kind. */
  readonly grammar: (name: string) => string | null;
  readonly noun: string;
}

/** Logs and zone files are named after it, and a name of a file has at most 255; one log too long to open ends the web server with all sites in it. */
const LONGEST_DOMAIN = 200;

/** Where each kind of document lives, below the root of the desired state. The path says what a document is and whose it is. */
const LAYOUT: readonly Place[] = [
  { pattern: /^(cluster)\.yaml$/, kind: 'cluster', grammar: label, noun: 'the cluster' },
  { pattern: /^hosts\/([^/]+)\.yaml$/, kind: 'host', grammar: label, noun: 'a host' },
  { pattern: /^limits\/([^/]+)\.yaml$/, kind: 'limits', grammar: label, noun: 'a limits class' },
  { pattern: /^coop\/(allowances)\.yaml$/, kind: 'allowances', grammar: label, noun: 'the list of allowances' },
  { pattern: /^coop\/(retired)\.yaml$/, kind: 'retired', grammar: label, noun: 'the list of those who left' },
  { pattern: /^members\/([^/]+)\/member\.yaml$/, kind: 'member', grammar: userName, noun: 'a member' },
  { pattern: /^(?:coop|members\/[^/]+)\/vhosts\/([^/]+)\.yaml$/, kind: 'vhost', grammar: domain, noun: 'a site' },
  { pattern: /^(?:coop|members\/[^/]+)\/zones\/([^/]+)\.yaml$/, kind: 'zone', grammar: domain, noun: 'a zone' },
  { pattern: /^(?:coop|members\/[^/]+)\/mailboxes\/([^/]+)\.yaml$/, kind: 'mailboxes', grammar: domain, noun: 'a mail domain' },
  { pattern: /^(?:coop|members\/[^/]+)\/secrets\/([^/]+)\.yaml$/, kind: 'secret', grammar: label, noun: 'a secret' },
];

const FOLDERS = ['hosts', 'limits', 'vhosts', 'zones', 'mailboxes', 'secrets'];
const WORDS = ['cluster.yaml', ...FOLDERS, 'members', 'coop', 'allowances.yaml', 'retired.yaml', 'member.yaml'];
const NOTE = /(?:^|\/)[A-Z][A-Za-z0-9_-]*(?:\.(?:md|txt))?$/;

/** What a path means: a document, a note for people, or a mistake. */
export type Meaning =
  | { readonly is: 'document'; readonly kind: DocumentKind; readonly name: string; readonly wrongName: Said | null }
  | { readonly is: 'note' }
  | { readonly is: 'unknown'; readonly said: Said };

/** Understand a path below the root of the desired state. */
export function meaningOf(path: string): Meaning {
  if (NOTE.test(path)) return { is: 'note' };
  for (const { pattern, kind, grammar, noun } of LAYOUT) {
    const name = pattern.exec(path)?.[1];
    if (name !== undefined) return { is: 'document', kind, name, wrongName: grammar(name) === null ? wrongName(name, noun, grammar) : null };
  }
  return { is: 'unknown', said: {
    code: 'layout/unknown-path', message: `cannot tell what ${shown(path)} declares: no document has this path`, hint: hintFor(path),
  } };
}

function domain(name: string): string | null {
  return name.length > LONGEST_DOMAIN ? null : hostname(name);
}

function wrongName(name: string, noun: string, grammar: Place['grammar']): Said {
  const better = [name.toLowerCase(), toALabels(name), name.replace(/\.$/, '')].find((candidate) => candidate !== null && grammar(candidate) !== null);
  const hint = better === undefined || better === null ? undefined : `did you mean \`${better}.yaml\`?`;
  return { code: 'layout/wrong-name', message: `cannot use ${shown(name)} as the name of ${noun}: ${grammar === domain ? DOMAIN : SHORT}`, hint };
}

const DOMAIN = `it must be a full host name in lower case, as DNS writes it, each label in one script, of at most ${LONGEST_DOMAIN} characters`;
const SHORT = 'it must be lower case letters, digits and single hyphens between them';

function hintFor(path: string): string {
  if (/\.(?:yml|json|yaml\.\w+)$/.test(path)) return `rename it to ${shown(path.replace(/\.\w+$/, '').replace(/\.yaml$/, '').concat('.yaml'))}`;
  const wrong = path.split('/').find((part, index) => !WORDS.includes(part) && !isName(path.split('/'), index));
  const meant = wrong === undefined ? null : nearest(wrong, WORDS);
  return meant === null ? 'see desired-state/ of croft for where each kind of document goes' : `did you mean \`${meant}\`?`;
}

/** Is this part of a path one that people choose? */
function isName(parts: readonly string[], index: number): boolean {
  return parts[index - 1] === 'members' || (index === parts.length - 1 && FOLDERS.includes(parts[index - 1] ?? ''));
}
