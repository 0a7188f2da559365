import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { check } from '../desired/check.ts';
import { schemas } from '../desired/schemas.ts';
import { because } from '../git/error.ts';
import { foundRepository } from '../git/found.ts';
import { formatProblem, type Problem } from '../model/problem.ts';
import { compareText } from '../model/source.ts';
import { count } from '../report/words.ts';
import { choice, text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { foundingFiles, type Founding } from './founding.ts';

/** Start a co-op: write a small, valid one and commit it. */
export const init: Command = {
  name: 'init',
  summary: 'start a co-op of your own: a small repository that is valid from the first commit',
  help: `croft init DIR: writes the repository of a new co-op – one host, one limits class, one member who is its
admin, a zone and a site of the co-op's own, the schemas for editors, a pre-commit hook – and commits it.

Usage: croft init DIR --domain DOMAIN --admin NAME --email ADDRESS [OPTIONS]

  --domain DOMAIN   the co-op's own domain, e.g. meadow.example
  --admin NAME      account name of the first member, who is the admin
  --email ADDRESS   where she is reached; also the contact of the co-op
  --name TEXT       what the co-op is called; default: the domain
  --host NAME       its first host; default: this machine's name
  --debian 12|13    the host's Debian release; default: 13
  --ipv4, --ipv6    the host's addresses; default: documentation addresses, to be replaced
  --ssh-key FILE    the admin's public key, e.g. ~/.ssh/id_ed25519.pub

Example:
  $ croft init meadow --domain meadow.example --admin ada --email ada@elsewhere.example
  $ cd meadow && croft check

Exit status: 0 done, 1 cannot (nothing is written).`,
  operand: 'DIR',
  options: {
    domain: { type: 'string' }, admin: { type: 'string' }, email: { type: 'string' }, name: { type: 'string' }, host: { type: 'string' },
    debian: { type: 'string' }, ipv4: { type: 'string' }, ipv6: { type: 'string' }, 'ssh-key': { type: 'string' },
  },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const [target, ...others] = call.positionals;
  if (target === undefined || others.length > 0) throw new UsageError('cannot tell where to start: give one DIR, e.g. croft init meadow --domain meadow.example …');
  const founding = foundingOf(call, world);
  const files = foundingFiles(founding);
  const time = Math.floor(world.now() / 1000);
  refuseInvalid(files, { founding, time });
  const forEditors = [...schemas].map(([kind, schema]) => [`schemas/${kind}.schema.json`, `${JSON.stringify(schema, null, 2)}\n`] as const);
  await foundRepository(resolve(world.directory, target), new Map([...files, ...forEditors]), { name: founding.admin, mail: founding.email, message: `found ${founding.name}`, time });
  world.print(farewell(founding, target, count(files.size + forEditors.length, 'file')));
  return 0;
}

function foundingOf(call: Call, world: World): Founding {
  const keyFile = text(call, 'ssh-key');
  const domain = required(call, 'domain', 'meadow.example');
  return {
    domain,
    admin: required(call, 'admin', 'ada'),
    email: required(call, 'email', 'ada@elsewhere.example'),
    name: text(call, 'name') ?? domain,
    host: text(call, 'host') ?? hostname().toLowerCase().replace(/\..*$/, ''),
    debian: choice(call, 'debian', ['13', '12']),
    ipv4: text(call, 'ipv4') ?? '192.0.2.11',
    ipv6: text(call, 'ipv6') ?? '2001:db8::11',
    sshKey: keyFile === null ? null : onlyKey(resolve(world.directory, keyFile)),
  };
}

function required(call: Call, option: string, example: string): string {
  const value = text(call, option);
  if (value === null) throw new UsageError(`cannot start a co-op without --${option}, e.g. --${option} ${example}`);
  return value;
}

function readKey(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read --ssh-key ${path}: ${because(error)}`);
  }
}

/** Take the one key of a .pub file. Errors: UsageError, which never shows what another file holds. */
function onlyKey(path: string): string {
  const lines = readKey(path).split('\n').filter((line) => line.trim() !== '');
  const [key] = lines;
  if (key?.includes('PRIVATE KEY') === true) throw new UsageError(`cannot use --ssh-key ${path}: this is the private key, which stays with you – give ${path}.pub`);
  if (key === undefined || lines.length > 1) throw new UsageError(`cannot use --ssh-key ${path}: it must hold one public key, and holds ${lines.length === 0 ? 'none' : count(lines.length, 'line')}`);
  return key.trim();
}

/** Judge whatever the options said by the same rules as every commit, before a file is written. */
function refuseInvalid(files: ReadonlyMap<string, string>, { founding, time }: { readonly founding: Founding; readonly time: number }): void {
  const documents = [...files].filter(([path]) => path.startsWith('desired-state/')).sort(([a], [b]) => compareText(a, b));
  const snapshot = { revision: { oid: 'new', time, author: '', subject: '' }, files: documents.map(([path, written]) => ({ path, oid: path, bytes: new TextEncoder().encode(written) })), problems: [] };
  const { problems } = check(snapshot);
  if (problems.length > 0) throw new UsageError(`cannot start this co-op:\n${byOption(problems, founding).join('\n')}`);
}

/** Say problems by the option behind them, once each: the documents that they are in were never written. What no option explains keeps its place. */
function byOption(problems: readonly Problem[], { domain, admin, email, name, host, ipv4, ipv6 }: Founding): readonly string[] {
  const options = Object.entries({ domain, admin, email, name, host, ipv4, ipv6 }).sort(([, a], [, b]) => b.length - a.length);
  const told = new Map<string, string>();
  for (const problem of problems) {
    const { message, hint, code, source } = problem;
    const [option] = options.find(([, value]) => message.includes(`\`${value}\``)) ?? options.find(([, value]) => source.file.includes(value)) ?? [];
    const key = message.includes('`ssh-keys') ? 'ssh-key' : (option ?? formatProblem(problem));
    const text = option === undefined && key !== 'ssh-key' ? formatProblem(problem) : `  --${key}: ${message}${hint === undefined ? '' : ` – ${hint}`} [${code}]`;
    if (!told.has(key)) told.set(key, text);
  }
  return [...told.values()];
}

function farewell({ name, host }: Founding, target: string, written: string): string {
  const steps = [
    [`cd ${quoted(target)}`, ''],
    ['croft check', 'is every document right?'],
    [`$EDITOR desired-state/hosts/${host}.yaml`, "the host's real addresses"],
    [`croft plan --repo . --host ${host} --root /tmp/${host}`, 'what would a bare host lack?'],
    ['ln -s ../../hooks/pre-commit .git/hooks/pre-commit', 'no commit without croft check'],
  ] as const;
  const width = Math.max(...steps.map(([step]) => step.length));
  return `${name} is founded: ${written} committed in ${target}

What next:
${steps.map(([step, what]) => `  ${step.padEnd(width)}   ${what}`.trimEnd()).join('\n')}
Then install the croft package on ${host} and put the repository's URL into /etc/croft/config.yaml.`;
}

/** Write a path so that a shell reads one word. */
function quoted(path: string): string {
  return /^[A-Za-z0-9_./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
