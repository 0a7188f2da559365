import { proofIn, proofRecord, type Claim, type Proof } from '../authority/proof.ts';
import { shown } from '../desired/finding.ts';
import { didYouMean } from '../desired/nearest.ts';
import { read } from '../desired/read.ts';
import { toALabels } from '../model/grammar/idn.ts';
import { hostname, isWithin, userName } from '../model/grammar/names.ts';
import { inForce } from '../trust/snapshots.ts';
import { text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { inForceOf } from './in-force.ts';
import { isResolver, textsAt } from './proof-lookup.ts';

/** How long one name server is waited for. Units: milliseconds. */
export const patience = 5000;

/** Print or look up the record that shows that a domain is a member's. */
export const prove: Command = {
  name: 'prove',
  summary: 'show that a domain is a member\'s: print the DNS record to publish, or look it up',
  help: `croft prove DOMAIN --member NAME: the DNS record by which a member shows that a domain is hers, for an admin
who is asked to give it to her. It is for this domain, this member and this co-op only, and no secret:
whoever can publish it controls the domain. With --lookup it is looked up, at the domain's own name servers if
they can be asked, else by the system's resolver. It may go again once the domain is hers.

Usage: croft prove DOMAIN --member NAME [--lookup [--resolver ADDRESS[:PORT]]] [--repo PATH] [--rev REV]

  --member NAME     the account name of the member
  --lookup          look whether it is published
  --resolver ADDRESS[:PORT]
                    ask this name server instead
  --repo PATH       the co-op's repository; default: the one that you are in, from anywhere below
  --rev REV         by the documents of another commit or branch than main

Example:
  $ croft prove ada.example --member ada
  _croft-challenge.ada.example. IN TXT "croft=…"
  $ croft prove ada.example --member ada --lookup
  proven: ada.example is ada's

Exit status: 0 printed, or proven, 1 cannot, or nobody answered, 3 not found, or another member's.`,
  operand: 'DOMAIN',
  options: { member: { type: 'string' }, lookup: { type: 'boolean' }, resolver: { type: 'string' }, repo: { type: 'string' }, rev: { type: 'string' } },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const { claim, members } = await claimOf(call, world);
  const { name, text: token } = proofRecord(claim);
  const resolver = resolverOf(call);
  if (!members.has(claim.member)) world.note(`croft: there is no member ${claim.member} yet${hint(didYouMean(claim.member, members))}`);
  if (call.values['lookup'] !== true) {
    world.print(`${name}. IN TXT "${token}"`);
    return 0;
  }
  const found = await textsAt(name, claim.domain, { resolver, patience });
  if (!found.ok) throw new UsageError(`cannot look up ${name}: ${found.why}`);
  const proof = proofIn(found.texts, claim, members);
  const said = proofWords(claim, proof);
  world.print(proof.is === 'proven' ? world.paint('green', `proven: ${said}`) : `${said}\nto prove it, publish  ${name}. IN TXT "${token}"`);
  return proof.is === 'proven' ? 0 : 3;
}

/** Say what came of a lookup, in a sentence. */
export function proofWords({ domain, member }: Claim, proof: Proof): string {
  if (proof.is === 'proven') return `${domain} is ${member}'s`;
  const { name } = proofRecord({ coop: '', member, domain });
  if (proof.is === 'not found') return `not found: nothing at ${name} says that it is ${member}'s`;
  return `another's: the token at ${name} is ${proof.member === null ? 'for somebody else, or another co-op' : `${proof.member}'s`}, not ${member}'s`;
}

/** Read `--resolver`. Errors: UsageError when no name server can be there, or nothing is to be looked up. */
export function resolverOf(call: Call, needs = 'lookup'): string | null {
  const resolver = text(call, 'resolver');
  if (resolver !== null && call.values[needs] !== true) throw new UsageError(`cannot use --resolver without --${needs}`);
  if (resolver === null || isResolver(resolver)) return resolver;
  throw new UsageError(`cannot use --resolver ${shown(resolver)}: give an address, e.g. 192.0.2.53 or [2001:db8::53]:5353`);
}

async function claimOf(call: Call, world: World): Promise<{ readonly claim: Claim; readonly members: ReadonlySet<string> }> {
  const [named, ...others] = call.positionals;
  const member = text(call, 'member');
  const example = 'croft prove ada.example --member ada';
  if (named === undefined || others.length > 0 || member === null)
    throw new UsageError(`cannot tell what to prove: give one DOMAIN and --member NAME, e.g. ${example}`);
  const domain = hostname(named.toLowerCase().replace(/\.$/, '')) ?? hostname(toALabels(named.replace(/\.$/, '')) ?? '');
  if (domain === null) throw new UsageError(`cannot prove ${shown(named)}: it is no full domain name`);
  if (userName(member) === null) throw new UsageError(`cannot use --member ${shown(member)}: it is no account name`);
  const where = await inForceOf(call, world);
  const { value: { cluster: [cluster] } } = read(await inForce(where.repository, where.trusted));
  if (cluster === undefined) throw new UsageError(`cannot tell which co-op this is: ${where.charter.root}cluster.yaml cannot be read`);
  const coop = cluster.value.domain;
  if (isWithin(domain, coop)) throw new UsageError(`cannot prove ${domain}: what is below ${coop} is the co-op's own, and needs no proof`);
  return { claim: { coop, member, domain }, members: new Set(where.charter.rules.people.keys()) };
}

function hint(meant: string | undefined): string {
  return meant === undefined ? '' : ` – ${meant}`;
}
