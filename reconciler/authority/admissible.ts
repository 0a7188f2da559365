/**
 * What nobody may bring into the tree, whoever signs it. A link makes one file stand for another's content, a submodule brings a whole
 * repository, an odd name acts on terminals and programs, and two names that differ in case only are one file on some people's disks
 * (CVE-2024-32002 and CVE-2021-21300 are made of these). Taking such a thing away is always fine.
 */
import type { Proposal } from '../model/authority.ts';
import type { Problem } from '../model/problem.ts';
import { compareText } from '../model/source.ts';
import { problemOf } from './problem.ts';
import { listed, shownPath, visible } from './shown.ts';

const FILE = '100644';
const EXECUTABLE = '100755';

const MODES: ReadonlyMap<string, string> = new Map([
  [EXECUTABLE, 'executable'], ['120000', 'a symbolic link'], ['160000', 'a submodule'], ['40000', 'a directory with too much in it to be looked through, or none'],
  ['several', 'several entries that cannot be told apart'],
]);

/** In the place of more than one file. */
const HIDING: ReadonlySet<string> = new Set(['40000', 'several']);

/** Collect why a proposal cannot be taken at all; nothing when votes may decide. */
export function inadmissible(proposal: Proposal, clash: string | null): readonly Problem[] {
  if (proposal.change.after === null) return [];
  const first = [...oddMode(proposal), ...oddPath(proposal), ...collision(proposal, clash)];
  return first.length > 0 ? first : unreadable(proposal);
}

/** Say that two paths are one where case does not count. */
export function collision(proposal: Proposal, other: string | null): readonly Problem[] {
  if (other === null) return [];
  const message = `cannot add ${shownPath(proposal.change.path)}: ${shownPath(other)} differs from it in case only, and some file systems take them for one`;
  return [problemOf(proposal, { code: 'authority/case-collision', message, hint: 'give it a name that differs in more than case' })];
}

function oddMode(proposal: Proposal): readonly Problem[] {
  const { change: { path, after }, meaning, owner } = proposal;
  const mode = after?.mode ?? FILE;
  if (mode === FILE || (mode === EXECUTABLE && meaning.is === 'other' && owner === 'coop')) return [];
  const message = `cannot take ${shownPath(path)}: it is ${MODES.get(mode) ?? `of mode ${shownPath(mode)}`}, not a plain file${HIDING.has(mode) ? origin(proposal) : ''}`;
  const hint = mode === EXECUTABLE && oddPart(path) === null ? `git update-index --chmod=-x ${path}` : undefined;
  return [problemOf(proposal, { code: 'authority/mode', message, hint })];
}

/** Who is held because of what hides something need not have done it. */
function origin({ commit, signers }: Proposal): string {
  const by = signers.size === 0 ? 'by nobody who is known' : `by ${listed([...signers].toSorted(compareText), 'and')}`;
  return ` (of commit ${commit.slice(0, 10)}, signed ${by})`;
}

function oddPath(proposal: Proposal): readonly Problem[] {
  const why = oddPart(proposal.change.path);
  return why === null ? [] : [problemOf(proposal, { code: 'authority/path', message: `cannot use the path ${shownPath(proposal.change.path)}: ${why}` })];
}

function oddPart(path: string): string | null {
  if (/[^A-Za-z0-9._/@+-]/.test(path)) return 'a path is made of letters, digits and ". _ / @ + -"';
  const parts = path.split('/');
  if (parts.includes('')) return 'it has an empty part';
  if (parts.some((part) => part === '.' || part === '..')) return 'no part of a path is "." or ".."';
  return parts.some((part) => part.toLowerCase() === '.git') ? 'git keeps its own things in .git' : null;
}

function unreadable(proposal: Proposal): readonly Problem[] {
  const { meaning, change } = proposal;
  if (meaning.is !== 'document' || (meaning.after !== null && meaning.after.value !== null)) return [];
  const problems = meaning.after?.problems ?? [];
  if (problems.length > 0) return problems.map((problem) => ({ ...problem, message: visible(problem.message) }));
  return [problemOf(proposal, { code: 'authority/unreadable', message: `cannot read ${shownPath(change.path)}` })];
}
