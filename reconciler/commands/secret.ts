import { shown } from '../desired/finding.ts';
import { didYouMean } from '../desired/nearest.ts';
import { list as listed } from '../report/words.ts';
import { UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { listSecrets } from './secrets/list.ts';
import { rotateSecrets } from './secrets/rotate.ts';
import { setSecret } from './secrets/set.ts';

/** Seal secrets into the co-op's files, and seal them again when keys change. */
export const secret: Command = {
  name: 'secret',
  summary: 'seal a password or key for the hosts that need it: set, rotate, list',
  help: `croft secret: passwords, tokens and keys that programs on hosts need. In the repository they stand sealed
(age): only the hosts named and their owner can open them. On a host the value is in
/etc/croft-secrets/MEMBER/NAME, which only that member can read. The value is read from standard input, or
asked for on a terminal without being shown; never give it as an argument.

Usage: croft secret set NAME [--host HOST …] [--member MEMBER | --coop]
       croft secret rotate [NAME …] [--host HOST …] [--member MEMBER | --coop] [--identity FILE]
       croft secret rotate NAME --new
       croft secret list [--member MEMBER | --coop] [--format text|json]

  set               seal a value; one that is there is replaced
  rotate            seal again, for today's keys, what is not sealed so and your key can open: after a host
                    was rebuilt, after a new signing key. With names: those, in any case
  rotate NAME --new a new value for today's keys
  list              which secrets there are, for which hosts, and which are stale; never a value
  --host HOST       set: a host that needs it; may be repeated. Default: those it has, else those for dynamic
                    sites. rotate: only secrets that this host needs
  --member, --coop  whose it is; default: whoever has your key among their signing keys
  --identity FILE   your private ssh key (ed25519); default: ~/.ssh/id_ed25519
  --format FORMAT   text for people; json: schemas/output/secret.schema.json

What a line ends with is not part of the value when it is one line; several lines are kept as they are. A
value has at most 16 KiB of text.

Example:
  $ croft secret set db-password --host dynamic
  $ pwgen 32 1 | croft secret set db-password
  $ croft secret rotate
  $ croft secret list

Exit status: 0 done, 1 cannot (nothing is written), 3 in part: some could not be opened.`,
  operand: 'VERB',
  options: {
    member: { type: 'string' }, coop: { type: 'boolean' }, host: { type: 'string', multiple: true }, identity: { type: 'string' }, new: { type: 'boolean' },
    format: { type: 'string' },
  },
  run,
};

interface Verb {
  readonly options: readonly string[];
  readonly run: (names: readonly string[], call: Call, world: World) => Promise<ExitStatus>;
}

const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['set', { options: ['member', 'coop', 'host'], run: setSecret }],
  ['rotate', { options: ['member', 'coop', 'host', 'identity', 'new'], run: rotateSecrets }],
  ['list', { options: ['member', 'coop', 'format'], run: listSecrets }],
]);

async function run(call: Call, world: World): Promise<ExitStatus> {
  const [word, ...names] = call.positionals;
  const known = listed([...verbs.keys()]);
  if (word === undefined) throw new UsageError(`cannot tell what to do: give one of ${known}, e.g. croft secret set db-password`);
  const verb = verbs.get(word);
  if (verb === undefined) throw new UsageError(`cannot do ${shown(word)} with a secret: ${didYouMean(word, verbs.keys()) ?? `croft secret knows ${known}`}`);
  const foreign = Object.keys(call.values).filter((option) => call.values[option] !== undefined && !verb.options.includes(option));
  if (foreign.length > 0) throw new UsageError(`cannot use ${listed(foreign.map((option) => `--${option}`))} with croft secret ${word}: croft secret --help explains it`);
  return verb.run(names, call, world);
}
