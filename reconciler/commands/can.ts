import { didYouMean } from '../desired/nearest.ts';
import { canFacts, formatCan, type Can } from '../report/can.ts';
import { oneLine } from '../report/printable.ts';
import { choice, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { pathsMeant } from './can-paths.ts';
import { contextOf, inForceOf, offNotice, type InForce } from './in-force.ts';
import { answerTo } from './permission.ts';

/** Say whether a member may change a path, and who may. */
export const can: Command = {
  name: 'can',
  summary: 'say whether a member may change something, by which rule, and who could approve it',
  help: `croft can WHO PATH: may this member change this path, by the rules of the co-op's main? The answer says which
rule, who could approve it, and what to do. Green is what its owner may change alone, amber takes an admin,
red as many as the co-op asks for. Without WHO it says who may.

Usage: croft can [WHO] PATH [--repo PATH] [--rev REV] [--format text|json]

  WHO               a member's account name
  PATH              a file or directory of the repository, seen from its top, from where you are, or without
                    desired-state/; it need not be there yet. Or a domain: what is declared of it; or a
                    member: her member.yaml
  --repo PATH       the repository; default: the one that you are in, from anywhere below
  --rev REV         by the rules of another commit or branch than main
  --format FORMAT   text for people; json: schemas/output/can.schema.json

Example:
  $ croft can ada blog.ada.example
  yes: desired-state/members/ada/vhosts/blog.ada.example.yaml is ada's own, green: a commit signed by her is
  enough
  $ croft can ada cluster.yaml
  $ croft can members/bob/member.yaml

Exit status: 0 yes, or WHO was not given, 1 cannot, 3 no, or only in part.`,
  operand: 'WHO PATH',
  options: { repo: { type: 'string' }, rev: { type: 'string' }, format: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const format = choice(call, 'format', ['text', 'json']);
  const { who, thing } = askedBy(call);
  const where = await inForceOf(call, world);
  if (who !== null) refuseStranger(who, where);
  const paths = await pathsMeant(thing, where, world);
  const context = await contextOf(where, paths);
  const answers = paths.map((path) => answerTo({ who, path, root: where.charter.root, context, now: world.now() / 1000 }));
  const found: Can = { who, trust: where.isTrustOn, commit: where.trusted.commit, answers };
  world.print(format === 'json' ? JSON.stringify(canFacts(found), null, 2) : formatCan(found, { off: offNotice, paint: world.paint }));
  return !where.isTrustOn || answers.every(({ verdict }) => verdict === 'yes' || verdict === null) ? 0 : 3;
}

function askedBy({ positionals }: Call): { readonly who: string | null; readonly thing: string } {
  const [first, second, ...others] = positionals;
  const isWhole = first !== undefined && first !== '' && second !== '' && others.length === 0;
  if (!isWhole) throw new UsageError('cannot tell what you ask: give WHO and one PATH, e.g. croft can ada members/ada/member.yaml');
  return second === undefined ? { who: null, thing: first } : { who: first, thing: second };
}

function refuseStranger(who: string, { charter: { rules } }: InForce): void {
  if (rules.people.has(who)) return;
  throw new UsageError(`cannot say what ${oneLine(who)} may change: there is no such member${hint(didYouMean(who, rules.people.keys()))}`);
}

function hint(meant: string | undefined): string {
  return meant === undefined ? '' : ` – ${meant}`;
}
