import type { Verdict } from '../model/authority.ts';
import { groupBy } from '../model/group.ts';
import type { Guarded } from '../model/guard.ts';
import { ownerName, type Owner } from '../model/owner.ts';
import { compareProblems, formatProblem, type Problem } from '../model/problem.ts';
import type { Told } from './declared/telling.ts';
import { line, quote, type Fold, type Line, type Page, type Quoted, type Section, type Words } from './page.ts';
import type { Colour } from './paint.ts';
import { shortRevision } from './plan.ts';
import { hostFold, hostLines } from './preview-hosts.ts';
import { signersOf, standingOf, type HeldOwner, type Preview, type Standing, type When } from './preview.ts';
import { usageWords, type Usage } from './usage.ts';
import { count, list } from './words.ts';


const mostCommits = 10;
const mostDetails = 8;
const mostReasons = 3;
const mostUsages = 10;
/** Of those who are told thing by thing; when there are more, each has one line. */
const mostOwners = 20;
const mostPaths = 50;

/** Lay a preview out for people, its author first: what she declared, what it costs, what it does on each host, whether she may. */
export function previewPage(preview: Preview, when: When): Page {
  const { usage, hosts, problems, mended, warnings, holds, guards } = preview;
  const sections: readonly Section[] = [
    ...declared(preview),
    section('limits', usageLines(usage)),
    section('on each host', hosts.flatMap((host) => hostLines(host, { base: preview.base.oid, when }))),
    section('problems', [...problems.toSorted(compareProblems).map((each) => problemLine(each, 'red')), ...mendedLines(mended)]),
    section('held', holds.flatMap(heldLines)),
    section('warnings', warnings.map((each) => problemLine(each, 'yellow'))),
    section('who may', authorityLines(preview)),
    section('guards', guards.flatMap((each) => guardLines(each, preview))),
  ];
  const folds: readonly Fold[] = hosts.flatMap(hostFold);
  return { head: headLines(preview), sections: sections.filter(({ lines }) => lines.length > 0), folds };
}

function section(title: string, lines: readonly Line[]): Section {
  return { title: [title], lines };
}

const colours: { readonly [standing in Standing]: Colour } = { green: 'green', amber: 'yellow', red: 'red', refused: 'red', invalid: 'red' };

function headLines(preview: Preview): readonly Line[] {
  const { base, head, checksum, commits } = preview;
  const standing = standingOf(preview);
  const signers = signersOf(preview);
  const hidden = commits.length - mostCommits;
  return [
    line(0, ['preview ', short(base.oid), ' → ', short(head), ' (', quote(base.name), `)  plan ${checksum.slice(7, 15)}`], 'bold'),
    line(0, [isGuarded(preview) ? 'kept back by a guard' : standing], colours[standing]),
    ...commits.slice(0, mostCommits).map(({ oid, author, subject }) => line(0, [short(oid), ' by ', quote(author), ': ', quote(subject)])),
    ...(hidden > 0 ? [line(0, [`and ${count(hidden, 'commit')} before them`])] : []),
    ...(signers.length > 0 ? [line(0, ['signed by ', quote(list(signers))])] : []),
  ];
}

/** A guard keeps a change back on hosts; who may make it is not in question. */
function isGuarded(preview: Preview): boolean {
  return preview.guards.length > 0 && standingOf({ ...preview, guards: [] }) !== standingOf(preview);
}

function short(oid: string): Quoted {
  return quote(shortRevision(oid));
}

function declared({ told, hosts, holds }: Preview): readonly Section[] {
  if (told.length === 0) return [section('declared', [line(1, [nothingBecause(hosts.length === 0, holds.length > 0)])])];
  const byOwner = groupBy(told, ({ owner }) => owner);
  const isMany = byOwner.size > mostOwners;
  const whole = [...byOwner].filter(([owner]) => !isMany || owner === 'coop').map(([owner, theirs]): Section => ({ title: ownerWords(owner), lines: theirs.flatMap(toldLines) }));
  if (!isMany) return whole;
  const members = [...byOwner].filter(([owner]) => owner !== 'coop');
  return [section(`${members.length} members, a line each (--format json says it all; croft check --proofs which domains are proven)`, members.map(inOneLine)), ...whole];
}

/** What admins decide on, in which nothing is left out however many there are. */
const decided: ReadonlySet<string> = new Set(['member', 'domain', 'delegation', 'signing key']);

/** All of one member: what admins decide on with its values, the rest counted by what it is. */
function inOneLine([owner, theirs]: readonly [Owner, readonly Told[]]): Line {
  const named = theirs.filter(({ what }) => decided.has(what)).flatMap(({ mark, what, name, says }): Words => [
    `  ${marks[mark]} ${what}`, ...(what === 'member' ? [] : [' ', quote(name)]), ...(says === '' || what === 'domain' ? [] : [' ', quote(says)]),
  ]);
  const counted = new Map<string, number>();
  for (const { mark, what } of theirs.filter((each) => !decided.has(each.what))) counted.set(`${marks[mark]} ${what}`, (counted.get(`${marks[mark]} ${what}`) ?? 0) + 1);
  return line(1, [quote(ownerName(owner)), ...named, ...[...counted].map(([of, many]) => `  ${of}${many === 1 ? '' : ` ×${many}`}`)]);
}

/** Of very many those who use most of what they may; whoever may not use as much has a problem of his own. */
function usageLines(usage: readonly Usage[]): readonly Line[] {
  const share = ({ used }: Usage): number => Math.max(...used.map((each) => each.used / Math.max(1, each.allowed)));
  const shown = new Set(usage.toSorted((a, b) => share(b) - share(a)).slice(0, mostUsages));
  const hidden = usage.length - shown.size;
  const lines = usage.filter((each) => shown.has(each)).map((each) => line(1, [quote(usageWords(each))]));
  return hidden > 0 ? [...lines, line(1, [`and ${count(hidden, 'more member')}, who use no greater part of theirs`])] : lines;
}

function nothingBecause(unusable: boolean, held: boolean): string {
  if (unusable) return 'nothing of this change can be used: its problems stand below';
  return held ? 'nothing, as long as somebody is held' : 'nothing that hosts would see';
}

function ownerWords(owner: Owner): Words {
  return owner === 'coop' ? [ownerName(owner)] : [quote(ownerName(owner))];
}

const marks = { add: '+', change: '~', remove: '-' } as const;
const markColours = { add: 'green', change: 'yellow', remove: 'red' } as const;

function toldLines({ mark, what, name, says, details }: Told): readonly Line[] {
  const inside = details.length > mostDetails ? [...details.slice(0, mostDetails), `… and ${details.length - mostDetails} more`] : details;
  return [
    line(1, [`${marks[mark]} ${what} `, quote(name), ...(says === '' ? [] : ['  ', quote(says)])], markColours[mark]),
    ...inside.map((each) => line(2, [quote(each)])),
  ];
}

function mendedLines(mended: number): readonly Line[] {
  return mended === 0 ? [] : [line(1, [`puts right ${count(mended, 'problem')} of before`], 'green')];
}

function problemLine(problem: Problem, colour: Colour): Line {
  return line(1, [quote(formatProblem(problem))], colour);
}

/** Why somebody is held by this change stands among its problems; why they were before it, only here. */
function heldLines({ owner, lastGood, already, problems }: HeldOwner): readonly Line[] {
  const force: Words = lastGood === null ? ['nothing of theirs is touched'] : ['their documents of ', short(lastGood), ' stay in force'];
  const why = already ? problems.slice(0, mostReasons).map((problem) => line(2, [quote(formatProblem(problem))])) : [];
  const hidden = already ? problems.length - why.length : 0;
  return [
    line(1, [...ownerWords(owner), ` ${already ? 'is held, and was before' : 'is held'}; `, ...force], 'red'),
    ...why, ...(hidden > 0 ? [line(2, [`and ${hidden} more`])] : []),
  ];
}

function guardLines({ code, message, allow, where, owner }: Guarded, { commits }: Preview): readonly Line[] {
  const [only, ...others] = commits;
  return [
    line(1, [quote(message), ' [', quote(code), ']'], 'red'),
    line(2, owner === 'coop' ? ['a host that would lose it does nothing at all until the entry below is there'] : ['hosts hold ', ...ownerWords(owner), ' for it, and nobody else: what is in force stays so until the entry below is there']),
    line(2, ['to allow exactly this, an admin adds below allowances: in ', quote(where)]),
    line(2, [quote(allow)]),
    line(2, only === undefined || others.length > 0 ? ['or it is taken back: git revert of the commit that does it'] : ['or it is taken back: git revert ', short(only.oid)]),
  ];
}

/** Say what becomes of a push that is accepted and that guards keep back on hosts; null where none does. */
export function acceptedWords({ guards }: Pick<Preview, 'guards'>): string | null {
  if (guards.length === 0) return null;
  const held = [...new Set(guards.map(({ owner }) => owner))];
  const whom = list(held.map(ownerName));
  const meanwhile = held.includes('coop') ? 'a host that would lose what a guard names does nothing at all' : `each host holds ${whom}, and only ${whom},`;
  const who = held.length === 1 && !held.includes('coop') ? whom : 'somebody';
  return `croft: this push is accepted, and a guard keeps it back: ${meanwhile} until the entry above is there, by an admin, or until ${who} takes it back with git revert`;
}

function authorityLines(preview: Preview): readonly Line[] {
  const { trust, verdicts } = preview.authority;
  const refused = verdicts.filter(({ allowed }) => !allowed);
  const raised = verdicts.filter(({ allowed, risk }) => allowed && risk !== 'green');
  const off = trust ? [] : [line(1, ['trust is off in this co-op: whatever is on the branch is believed'])];
  const praise = raised.length === 0 ? '✔ every path is yours' : '✔ every path is signed by who may change it';
  const fine = trust && refused.length === 0 && verdicts.length > 0 ? [line(1, [praise], 'green')] : [];
  const meanwhile = refused.length === 0 ? [] : [line(1, ['until then hosts leave what is refused as it was; the rest goes on'])];
  const [more, others] = [refused.length - mostPaths, raised.length - mostPaths];
  return [
    ...off, ...fine, ...refused.slice(0, mostPaths).flatMap(refusedLines), ...(more > 0 ? [line(1, [`✖ and ${count(more, 'more path')} like these`], 'red')] : []),
    ...meanwhile, ...raised.slice(0, mostPaths).map(raisedLine), ...(others > 0 ? [line(1, [`and ${count(others, 'more path')}, signed by who may change them`])] : []),
  ];
}

function refusedLines({ path, risk, reasons, approvers, problems }: Verdict): readonly Line[] {
  return [
    line(1, ['✖ ', quote(path), `  ${risk}`, ...because(reasons)], 'red'),
    ...problems.map((problem) => line(2, [quote(formatProblem(problem))])),
    line(2, approvers.of.length === 0 ? ['nobody can approve it'] : [`${approvers.needed} of `, quote(list(approvers.of)), ' can approve it']),
  ];
}

function raisedLine({ path, risk, reasons, signers }: Verdict): Line {
  return line(1, [`${risk} `, quote(path), ...because(reasons), ...(signers.length === 0 ? [] : ['; signed by ', quote(list(signers))])], colours[risk]);
}

function because(reasons: readonly string[]): Words {
  return reasons.length === 0 ? [] : [': ', quote(reasons.join(', '))];
}
