/** The process edge: arguments, exit status, clock, terminal and environment. Nothing else touches them. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import packageFile from '../package.json' with { type: 'json' };
import { UsageError, type Command, type ExitStatus, type World } from './commands/command.ts';
import { verbs } from './commands/index.ts';
import { nearest } from './desired/nearest.ts';
import { GitError } from './git/error.ts';
import { refusal } from './machines/refusal.ts';
import { build } from './model/build.ts';
import { MachineError } from './model/machine.ts';
import { painter } from './report/paint.ts';
import { printable } from './report/printable.ts';
import { hidden } from './terminal.ts';

async function overview(): Promise<string> {
  const commands = await Promise.all([...verbs.values()].map((load) => load()));
  return `croft runs a member-owned hosting co-operative from one git repository.

Usage: croft COMMAND [OPTIONS]

${commands.map(({ name, summary }) => `  ${name.padEnd(11)}${summary}`).join('\n')}

croft COMMAND --help explains a command, with an example. croft --version prints the version.
Exit status: 0 done or as desired, 1 cannot, 2 changes or drift (with --exit-code), 3 in part,
4 refused by a guard, 70 a bug.`;
}

const ends: (() => void)[] = [];

/** What programs read goes to the journal; where there is none, nobody would. What writes it is loaded when there is something to say. */
function loggerOf(): World['logger'] {
  if (process.env['JOURNAL_STREAM'] === undefined) return { info: () => undefined, warn: () => undefined };
  let loaded: Promise<World['logger']> | null = null;
  const logger = (): Promise<World['logger']> => (loaded ??= import('pino').then(({ default: { pino } }) => pino({ base: null }, pino.destination({ fd: 2, sync: true }))));
  return { info: (facts, words) => void logger().then((made) => made.info(facts, words)), warn: (facts, words) => void logger().then((made) => made.warn(facts, words)) };
}

function worldOf(logger: World['logger']): World {
  const coloured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  return {
    now: () => Date.now(),
    print: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    paint: painter(coloured),
    logger,
    directory: process.cwd(),
    git: { directory: process.env['GIT_DIR'] ?? null, quarantine: process.env['GIT_QUARANTINE_PATH'] ?? null },
    input,
    ask: (question) => (process.stdin.isTTY ? hidden(question) : input()),
    interactive: process.stderr.isTTY,
    isRoot: process.getuid?.() === 0,
    build,
    self: [process.execPath, process.argv[1] ?? ''],
    words: process.argv.slice(2),
    credentials: process.env['CREDENTIALS_DIRECTORY'] ?? null,
    person: process.env['SUDO_USER'] ?? process.env['LOGNAME'] ?? process.env['USER'] ?? null,
    scheduled: process.env['INVOCATION_ID'] !== undefined && process.env['JOURNAL_STREAM'] !== undefined,
    // Of what started it, only croft.path has a path (systemd.exec(5), $TRIGGER_PATH).
    kicked: process.env['TRIGGER_PATH'] !== undefined,
    ssh: { agent: process.env['SSH_AUTH_SOCK'] ?? null, home: process.env['HOME'] ?? null },
    cache: cacheOf(process.env),
    atEnd: (work) => void ends.push(work),
  };
}

/** Root keeps nothing below a home, which may be somebody else's. Source: XDG Base Directory Specification. */
function cacheOf({ XDG_CACHE_HOME: named, HOME: home }: NodeJS.ProcessEnv): string | null {
  if (named?.startsWith('/') === true) return join(named, 'croft');
  if (process.getuid?.() === 0) return '/var/cache/croft';
  return home === undefined ? null : join(home, '.cache/croft');
}

async function input(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}

async function main(words: readonly string[], world: World): Promise<ExitStatus> {
  const [verb, ...rest] = words;
  if (verb === undefined || verb === '--help' || verb === '-h' || verb === 'help') return say(world, (await verbs.get(rest[0] ?? '')?.())?.help ?? (await overview()), verb === undefined ? 1 : 0);
  if (verb === '--version') return say(world, `croft ${packageFile.version}`, 0);
  const command = await verbs.get(verb)?.();
  if (command === undefined) throw new UsageError(`cannot do ${verb}: ${meant(verb, verbs.keys(), `croft knows ${[...verbs.keys()].join(', ')}`)}`);
  const { values, positionals } = argumentsOf(command, rest);
  if (values['help'] === true) return say(world, command.help, 0);
  if (command.operand === undefined && positionals.length > 0) throw new UsageError(`cannot use ${positionals.join(' ')}: croft ${verb} takes options only\ncroft ${verb} --help explains them`);
  return command.run({ values, positionals }, world);
}

function argumentsOf(command: Command, words: readonly string[]): Pick<ReturnType<typeof parseArgs>, 'values' | 'positionals'> & { readonly values: { readonly [option: string]: string | boolean | string[] | undefined } } {
  try {
    const { values, positionals } = parseArgs({ args: [...words], options: { ...command.options, help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
    return { values: values as { readonly [option: string]: string | boolean | string[] | undefined }, positionals };
  } catch (error) {
    throw new UsageError(`cannot understand the options: ${whatOfOptions(error, command)}\ncroft ${command.name} --help explains them`);
  }
}

/** Name the option that was meant where there is none of that name. */
function whatOfOptions(error: unknown, { options }: Command): string {
  const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
  const [, unknown] = /^Unknown option '--([^']+)'/.exec(message) ?? [];
  return unknown === undefined ? message : `there is no --${unknown}: ${meant(unknown, Object.keys(options), Object.keys(options).length === 0 ? 'it takes none' : `it takes --${Object.keys(options).join(', --')}`, '--')}`;
}

/** Say the word that was probably meant, else all there are. */
function meant(word: string, words: Iterable<string>, others: string, before = ''): string {
  const found = nearest(word, words);
  return found === null ? others : `did you mean ${before}${found}?`;
}

function say(world: World, text: string, status: ExitStatus): ExitStatus {
  world.print(text);
  return status;
}

/** What a person did wrong, or the host or a repository refused, is one line and status 1; all else is our bug. */
function explain(error: unknown, world: World): ExitStatus {
  const refused = refusal('cannot go on', error);
  if (refused instanceof UsageError || refused instanceof GitError || refused instanceof MachineError) {
    world.note(printable(`croft: ${refused.message}${refused === error ? '' : whereOf(error)}`));
    return 1;
  }
  world.note(printable(`croft: this is a bug in croft ${packageFile.version}, please report it\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
  return 70;
}

/** A disk that is full, or a directory that cannot be written, may be met anywhere: then the path is all there is to say. */
function whereOf(error: unknown): string {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? `, at ${error.path}` : '';
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 70));
const world = worldOf(loggerOf());
main(process.argv.slice(2), world)
  .catch((error: unknown) => explain(error, world))
  .then((status) => (process.exitCode = status))
  .finally(() => ends.forEach((work) => work()));
