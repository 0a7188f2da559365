import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { check } from '../desired/check.ts';
import { schemas } from '../desired/schemas.ts';
import { foundRepository } from '../git/found.ts';
import { openRepository, resolveRevision } from '../git/repository.ts';
import { formatProblem, type Problem } from '../model/problem.ts';
import { compareText } from '../model/source.ts';
import { count } from '../report/words.ts';
import { choice, text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { foundingFiles, type Founding } from './founding.ts';
import { publicKeyIn } from './public-key.ts';

/** Start a co-op: write a small, valid one and commit it. */
export const init: Command = {
  name: 'init',
  summary: 'start a co-op of your own: a small repository that is valid from the first commit',
  help: `croft init DIR: writes the repository of a new co-op – one host, one limits class, one member who is its
admin, a zone and a site of the co-op's own, the schemas for editors, git's hooks – and commits it. With the
admin's key trust is on from the first commit: each host checks who signed what.

Usage: croft init DIR --domain DOMAIN --admin NAME --email ADDRESS [OPTIONS]

  DIR               a new or empty directory, or the clone of an empty repository
  --domain DOMAIN   the co-op's own domain, e.g. meadow.example
  --admin NAME      account name of the first member, who is the admin
  --email ADDRESS   where she is reached; also the contact of the co-op
  --name TEXT       what the co-op is called; default: the domain
  --host NAME       its first host; default: this machine's name
  --debian 12|13    the host's Debian release; default: 13
  --ipv4, --ipv6    the host's addresses; default: documentation addresses, to be replaced
  --ssh-key FILE    the admin's public key, to log in and to sign with, e.g. ~/.ssh/id_ed25519.pub

Example:
  $ croft init meadow --domain meadow.example --admin ada --email ada@elsewhere.example \\
      --ssh-key ~/.ssh/id_ed25519.pub
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
  const directory = resolve(world.directory, target);
  await foundRepository(directory, new Map([...files, ...forEditors]), { name: founding.admin, mail: founding.email, message: `found ${founding.name}`, time });
  const pin = await resolveRevision(await openRepository(directory), 'HEAD');
  world.print(farewell(founding, { target, pin, written: count(files.size + forEditors.length, 'file') }));
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
    sshKey: keyFile === null ? null : publicKeyIn(world.directory, keyFile),
  };
}

function required(call: Call, option: string, example: string): string {
  const value = text(call, option);
  if (value === null) throw new UsageError(`cannot start a co-op without --${option}, e.g. --${option} ${example}`);
  return value;
}

/** Judge whatever the options said by the same rules as every commit, before a file is written. */
function refuseInvalid(files: ReadonlyMap<string, string>, { founding, time }: { readonly founding: Founding; readonly time: number }): void {
  const documents = [...files].filter(([path]) => path.startsWith('desired-state/')).sort(([a], [b]) => compareText(a, b));
  const snapshot = { revision: { oid: 'new', time, author: '', subject: '' }, files: documents.map(([path, written]) => ({ path, oid: path, bytes: new TextEncoder().encode(written) })), problems: [] };
  const { problems } = check(snapshot);
  const causesFirst = problems.toSorted((a, b) => Number(isEffect(a)) - Number(isEffect(b)));
  if (problems.length > 0) throw new UsageError(`cannot start this co-op:\n${byOption(causesFirst, founding).join('\n')}`);
}

/** An admin has no good signing key because the one that was given is no good. */
function isEffect({ code }: Problem): boolean {
  return code === 'cluster/admin-without-signing-key';
}

/** Of two options with one value, whose value it is that is wrong. By document and field. */
const OPTION_OF: { readonly [field: string]: string } = {
  'cluster.yaml name': 'name', 'cluster.yaml domain': 'domain', 'cluster.yaml contact': 'email', 'cluster.yaml admins[0]': 'admin', 'member.yaml email': 'email',
};

/** Say problems by the option behind them, once each: the documents that they are in were never written. What no option explains keeps its place. */
function byOption(problems: readonly Problem[], { domain, admin, email, name, host, ipv4, ipv6 }: Founding): readonly string[] {
  const options = Object.entries({ domain, admin, email, name, host, ipv4, ipv6 }).sort(([, a], [, b]) => b.length - a.length);
  const told = new Map<string, string>();
  for (const problem of problems) {
    const { message, hint, code, source } = problem;
    const [, field = ''] = / as `([^`]+)`:/.exec(message) ?? [];
    const [option] = options.find(([name]) => name === OPTION_OF[`${source.file.split('/').at(-1)} ${field}`]) ?? options.find(([, value]) => message.includes(`\`${value}\``)) ?? options.find(([, value]) => source.file.includes(value)) ?? [];
    const key = /ssh-keys|signing-keys|signing key/.test(message) ? 'ssh-key' : (option ?? formatProblem(problem));
    const text = option === undefined && key !== 'ssh-key' ? formatProblem(problem) : `  --${key}: ${message}${hint === undefined ? '' : ` – ${hint}`} [${code}]`;
    if (!told.has(key)) told.set(key, text);
  }
  return [...told.values()];
}

/** What there is now, to say what comes next. */
interface Founded {
  readonly target: string;
  /** The first commit. */
  readonly pin: string;
  readonly written: string;
}

function farewell({ name, host, admin, sshKey }: Founding, { target, pin, written }: Founded): string {
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

${sshKey === null ? trustOff(admin) : trustOn}

Then set up the host:
  croft bootstrap ${host} --deb <croft's package> --remote <where you put this repository>
Or by hand: install the package there and write /etc/croft/config.yaml:
  host: ${host}
  remotes: [<where you put this repository>]
  trusted: ${pin}`;
}

const trustOn = `Trust is on: hosts take only what is signed by whoever may change it. Sign from now on:
  git config gpg.format ssh
  git config user.signingkey <the key that you gave>
  git config commit.gpgsign true
  croft whoami`;

function trustOff(admin: string): string {
  return `Trust is off: whoever may push may change anything. To switch it on, add
  signing-keys: [<the line of your .pub file>]   to desired-state/members/${admin}/member.yaml, and
  trust: { approvals: 1 }   to desired-state/cluster.yaml`;
}

/** Write a path so that a shell reads one word. */
function quoted(path: string): string {
  return /^[A-Za-z0-9_./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
