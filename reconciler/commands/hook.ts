import { resolve } from 'node:path';
import { UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { postReceive } from './hooks/post-receive.ts';
import { preCommit } from './hooks/pre-commit.ts';
import { preReceive } from './hooks/pre-receive.ts';

/** What git's hooks call. */
export const hook: Command = {
  name: 'hook',
  summary: "what git's hooks call: pre-commit, pre-receive, post-receive",
  help: `croft hook NAME: what the small programs in hooks/ call. A person never needs it.

Usage: croft hook pre-commit | pre-receive | post-receive

  pre-commit        in a clone: croft check of the co-op that is being committed
  pre-receive       in the co-op's bare repository: judges what is pushed by the rules of what is there,
                    says what it would change, and refuses what its signers may not change
  post-receive      there too: tells the hosts on which something changes to look for news, when
                    /etc/croft/kick.key or <repository>/kick.key is there; of more than what members
                    have on hosts, all of them

Install the last two in the co-op's bare repository.

Example:
  $ ln -s /usr/share/croft/hooks/pre-receive /usr/share/croft/hooks/post-receive /srv/git/coop.git/hooks/

Exit status: 0 accepted, 1 refused or cannot. After a push is accepted, post-receive always ends with 0.`,
  operand: 'NAME',
  options: {},
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  const [name, ...others] = call.positionals;
  if (others.length > 0) throw new UsageError(`cannot call several hooks at once: ${call.positionals.join(', ')}`);
  const gitdir = resolve(world.directory, world.git.directory ?? '.');
  switch (name) {
    case 'pre-commit': return preCommit(world);
    case 'pre-receive': return preReceive(gitdir, world);
    case 'post-receive': return postReceive(gitdir, world);
    default: throw new UsageError(`cannot call the hook ${name ?? '(none)'}: croft has pre-commit, pre-receive and post-receive`);
  }
}
