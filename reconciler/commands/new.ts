import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { check } from '../desired/check.ts';
import { shown } from '../desired/finding.ts';
import { format } from '../desired/format.ts';
import { meaningOf } from '../desired/layout.ts';
import { didYouMean } from '../desired/nearest.ts';
import { read } from '../desired/read.ts';
import { resolveWorld } from '../desired/world.ts';
import { because } from '../git/error.ts';
import { formatProblem, type Problem } from '../model/problem.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { compareText } from '../model/source.ts';
import { printable } from '../report/printable.ts';
import { list } from '../report/words.ts';
import { UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { coopAround, modelineOf, shownFrom, type Coop } from './coop.ts';
import { draftText, type Draft } from './drafting.ts';
import { drafters, type Drafter } from './drafts.ts';
import { mostCommits, nobodyBefore, pastMembers, type Past } from './past-members.ts';

/** Write a valid document of a kind into its right place, with comments that teach. */
export const create: Command = {
  name: 'new',
  summary: 'write a new document – a site, a zone, a member, … – that is valid and explains itself',
  help: `croft new KIND NAME: writes a valid document into its right place, with comments that say what each field
means. Whose it is follows from who has the domain. Nothing is overwritten, and nothing is written that
croft check would refuse.

Usage: croft new vhost NAME [--static ROOT | --redirect URL | --proxy PORT] [--member MEMBER | --coop]
       croft new zone|mailboxes DOMAIN [--member MEMBER | --coop]
       croft new member NAME --name TEXT --email ADDRESS [--limits CLASS] [--domain DOMAIN …]
                 [--ssh-key FILE]
       croft new limits NAME
       croft new host NAME --ipv4 ADDRESS --ipv6 ADDRESS [--debian 12|13]

  --static ROOT     serve the files of a folder; default: sites/NAME
  --redirect URL    send visitors elsewhere
  --proxy PORT      hand requests to a program of the member
  --member, --coop  whose it is, when it is not whoever has the domain
  --limits CLASS    default: regular, or the only class; the uid is one that nobody has or had, also in the
                    newest 500 commits
  --domain DOMAIN   a domain that she may use; may be repeated
  --ssh-key FILE    her public key, e.g. carol.pub
  --debian 12|13    default: 13

Example:
  $ croft new vhost blog.ada.example --static sites/blog
  $ croft new zone ada.example
  $ croft new mailboxes ada.example
  $ croft new member carol --name "Carol Danvers" --email carol@elsewhere.example --domain carol.example
  $ croft new limits big
  $ croft new host web2 --ipv4 192.0.2.14 --ipv6 2001:db8:77::14 --debian 13

Exit status: 0 written, 1 cannot (nothing is written).`,
  operand: 'KIND',
  options: {
    member: { type: 'string' }, coop: { type: 'boolean' }, static: { type: 'string' }, redirect: { type: 'string' }, proxy: { type: 'string' },
    name: { type: 'string' }, email: { type: 'string' }, limits: { type: 'string' }, domain: { type: 'string', multiple: true }, 'ssh-key': { type: 'string' },
    ipv4: { type: 'string' }, ipv6: { type: 'string' }, debian: { type: 'string' },
  },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const { name, drafter } = askedFor(call);
  const coop = coopAround(world.directory, world);
  refuseProblems(coop);
  const past = drafter.asksThePast === true ? await pastMembers(coop.directory) : nobodyBefore;
  if (past.isCut) world.note(`note: only the newest ${mostCommits} commits were looked through for names and uids that somebody had`);
  const draft = draftIn(coop, { name, drafter, call, directory: world.directory, past });
  const path = `${isBelow(coop.snapshot) ? 'desired-state/' : ''}${draft.path}`;
  const target = join(coop.directory, path);
  if (lstatSync(target, { throwIfNoEntry: false }) !== undefined) throw new UsageError(`cannot write ${path}: it is there already`);
  const text = writtenOut(draft, path, coop);
  refuseInvalid(coop, path, text);
  write(target, text);
  const seen = shownFrom(coop, path, world.directory);
  world.print(printable(`wrote ${seen}

What next:
  $EDITOR ${seen}
  croft check
  git add ${seen}`));
  return 0;
}

/** Errors: UsageError when the kind is none, the name is missing, or an option belongs to another kind. */
function askedFor({ positionals, values }: Call): Asked {
  const [kind, name, ...others] = positionals;
  const kinds = list([...drafters.keys()]);
  if (kind === undefined) throw new UsageError(`cannot tell what to write: give a KIND – ${kinds} – and a NAME, e.g. croft new vhost blog.ada.example`);
  if (kind === 'secret') throw new UsageError(`cannot write a secret without its value: croft secret set ${name ?? 'NAME'} reads it, seals it and writes the document`);
  const drafter = drafters.get(kind);
  if (drafter === undefined) throw new UsageError(`cannot write a ${shown(kind)}: ${didYouMean(kind, drafters.keys()) ?? `croft new knows ${kinds}`}`);
  if (name === undefined || others.length > 0) {
    throw new UsageError(`cannot tell which ${kind} to write: give one NAME, e.g. croft new ${kind} ${EXAMPLES[kind] ?? 'ada.example'}`);
  }
  const foreign = Object.keys(values).filter((option) => values[option] !== undefined && !drafter.options.includes(option));
  const taken = list(drafter.options.map((option) => `--${option}`)) || 'no options';
  if (foreign.length > 0) throw new UsageError(`cannot use ${list(foreign.map((option) => `--${option}`))} for a ${kind}: it takes ${taken}`);
  return { name, drafter };
}

const EXAMPLES: { readonly [kind: string]: string } = { vhost: 'blog.ada.example', member: 'carol', limits: 'big', host: 'web2' };

/** What depends on what is there cannot be right while that is wrong: a member who cannot be read may have the next uid. */
function refuseProblems({ snapshot }: Coop): void {
  const { problems } = check(snapshot);
  if (problems.length > 0) throw new UsageError(`cannot add to this co-op while it has problems:\n${problems.map(formatProblem).join('\n')}`);
}

interface Asked {
  readonly name: string;
  readonly drafter: Drafter;
}

function draftIn({ snapshot }: Coop, { name, drafter, call, directory, past }: Asked & { readonly call: Call; readonly directory: string; readonly past: Past }): Draft {
  const meaning = meaningOf(drafter.place(name));
  if (meaning.is !== 'document') throw new UsageError(`cannot use ${shown(name)} as a name: a document is named after it`);
  if (meaning.wrongName !== null) throw new UsageError(sentence(meaning.wrongName));
  const { value: documents } = read(snapshot);
  return drafter.draft(name, call, { documents, ownership: resolveWorld(documents).value?.ownership ?? new Map(), directory, past });
}

/** In the form of croft fmt; a value that has none is said by the check. */
function writtenOut(draft: Draft, path: string, coop: Coop): string {
  const text = draftText(draft);
  return format({ path, bytes: new TextEncoder().encode(text) }, { kind: draft.kind, modeline: modelineOf(coop, path, draft.kind) }).value ?? text;
}

/** Judge the co-op with the new document by the same rules as every commit, before it is written. */
function refuseInvalid({ snapshot }: Coop, path: string, text: string): void {
  const file = { path, oid: 'new', bytes: new TextEncoder().encode(text) };
  const { problems } = check({ ...snapshot, files: [...snapshot.files, file].toSorted((a, b) => compareText(a.path, b.path)) });
  const lines = problems.map((problem) => `  ${problem.source.file === path ? sentence(problem) : formatProblem(problem)}`);
  if (lines.length > 0) throw new UsageError(`cannot write ${path}: croft check would refuse it\n${lines.join('\n')}`);
}

/** Say a problem without its place: the document was never written. */
function sentence({ message, hint, code }: Pick<Problem, 'message' | 'code'> & { readonly hint?: string | undefined }): string {
  return `${message}${hint === undefined ? '' : ` – ${hint}`} [${code}]`;
}

function isBelow({ files }: Snapshot): boolean {
  return files.some(({ path }) => path.startsWith('desired-state/'));
}

/** A file that is there, also one that somebody makes at the same moment, stays as it is. */
function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${because(error)}`);
  }
}
