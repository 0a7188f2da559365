/** docs/benchmarks.md: what is measured, how to read it, and the figures. */
import type { Figures } from './goals.ts';
import { markdownGoals } from './goals.ts';
import { markdownParts } from './hosts.ts';
import type { Facts } from './machine.ts';
import { markdownTable } from './table.ts';

/** All that goes into the page. */
export interface Contents extends Figures {
  readonly facts: Facts;
  /** The table of npm run bench -- verify, as it prints it. */
  readonly verified: string;
}

/** Write the page. */
export function pageOf({ facts, results, parts, verified }: Contents): string {
  const own = results.filter(({ group }) => group !== 'peers');
  const peers = results.filter(({ group }) => group === 'peers');
  return `# What croft takes

Taken by \`npm run bench -- all --write\`, which writes this page; \`npm run bench\` says what else there is. Nothing here decides
whether a test passes: that is left to counts of work.

${facts.map(([name, value]) => `* ${name}: ${value}`).join('\n')}

## What is measured

A co-op that a seed makes: each member has a key, limits, two sites, a zone of twelve records and five mailboxes, five documents in
all, and everything is on one host. For ten thousand members that is fifty thousand documents.

Each figure is of whole processes: start, work and end, with all that they started (wait4(2)). *cpu s* is user and system time, the
median of the runs, *least* the smallest of them; they hardly depend on what else the machine does, *wall s* does. *peak* is the
largest process. A run that took longer than its limit was ended and says so, and larger co-ops were then not tried.
Nothing is measured with \`NODE_EXTRA_CA_CERTS\`, with which every start of node takes longer; no unit of a host has it.

* *nothing kept from before*: without what croft keeps for a person between commands. *again*: with it.
* A *run* is \`croft reconcile --root\`: both halves of croft in one process, on a directory that plays a host. Nothing is installed or
  reloaded, and what would ask a daemon is answered from that directory; reading, compiling, looking, comparing, writing and
  remembering are what they are on a host. Daemons' own work is not in it, but what plays them is: it looks through the files that a
  daemon would read, twice for a change of a site. How much of *cpu s* that takes is said as *played* (not of the first run).
* The *floors* are the same work with nothing decided. *managed path* is everything that the inventory lists. The digest in C is a
  simple one (FNV), which costs less than any that one would trust.
* \`git fetch\` and \`git diff\` are what git itself takes for the same change.

## The goals

${markdownGoals({ results, parts })}

From a push to a changed answer of the daemon is measured in the lab of booted hosts (test/lab/README.md), not here.

## croft, and what nothing can be faster than

${markdownTable(own)}

## Verification of history

\`\`\`text
${verified.trimEnd()}
\`\`\`

## Peers

The same host, made so by other tools in their own terms (test/bench/peers): per member a user, a group, a key, a directory and a file of
limits, two sites and a zone, and for all one list of zones and one table of mail: eight things a member, where croft also makes
five mailboxes, quotas and all that belongs to a site's checks. \`npm run bench -- peers --install\` puts Debian's versions of
them into a directory, and each is run in a copy of it that is thrown away. Reloads are \`/bin/true\`.
BundleWrap reaches a host by ssh alone: here what it would run there is run at once, without ssh.

${markdownTable(peers)}

## Many hosts

As many directories that play a host, one git server (\`git http-backend\`) over http, twenty members with two sites each. Each host has a
key and tells the others how its runs went, through the same server. Ticks are spread over a minute as croft.timer spreads them;
then one push changes a file on every host, and all are told, 16 at a time. All of it shares the cores of one machine: read
the CPU seconds.

${markdownParts(parts)}

## By yourself

    npm run bench -- all                                   # up to an hour and a half; prints this page
    npm run bench -- table --sizes 100 --only croft        # a minute
    npm run bench -- table --sizes 50000 --minutes 60
    npm run bench -- peers --install                       # then:
    npm run bench -- table --only peers --sizes 100,1000 --runs 1 --minutes 30
`;
}
