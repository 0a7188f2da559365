import { resolve } from 'node:path';
import { credentials, type SshIdentity } from '../git/ssh/identity.ts';
import { nameOf } from '../git/ssh/remote.ts';
import { jobOf, type Job } from './bootstrap/job.ts';
import { perform } from './bootstrap/perform.ts';
import { rehearsal } from './bootstrap/stages.ts';
import { text, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { hostSession } from './host-ssh.ts';
import { identityOf } from './place.ts';

/** Make a bare Debian a host of the co-op. */
export const bootstrap: Command = {
  name: 'bootstrap',
  summary: 'make a bare Debian a converged host of the co-op, over ssh',
  help: `croft bootstrap HOST: brings the package to a bare Debian over ssh, installs it, tells the host where the
repository is and which commit to trust first, and waits for its first run. Every step is printed as it
begins, with its result. It can be run again at any time: what is done stays done.

The sshd of the host must be known, by ssh-host-key in hosts/<host>.yaml or by your known_hosts; else it is
refused, with the key that it shows and the lines to add. Nothing secret is on a command line, neither here
nor there.

Usage: croft bootstrap HOST --deb FILE [OPTIONS]

  HOST              a host that main declares, in hosts/<host>.yaml
  --deb FILE        the package: croft_<version>_all.deb for Debian 13, the ~deb12 one for Debian 12
  --repo PATH       your clone of the co-op's repository; default: the one that you are in
  --remote URL      where the host finds it; may be repeated: the first that answers is used. Default: what
                    the host was told before, or where your clone came from
  --address ADDRESS where the host's sshd is; default: its ipv4
  --user NAME       as whom to log in; default: root. Anybody else needs sudo without a password
  --port NUMBER     where its sshd listens; default: 22
  --key FILE        your private key; default: those that ssh would use, and your agent's
  --cluster-key FILE the co-op's key, for a host that has none: hosts of a co-op with several need it
  --trusted COMMIT  the first commit that the host believes; default: what it was told before, or the newest
                    one of main, as far as your clone knows it to be published, in which croft check finds no
                    problem and to which everything is signed by whoever may change it
  --dry-run         say every step, on a host on which there is nothing yet, and talk to nobody

Example:
  $ croft bootstrap dynamic --deb croft_0.1.0_all.deb --remote git@192.0.2.11:/srv/git/coop.git
  1/7 look at the host
      Debian 13, amd64, no croft yet
  …
  7/7 see how it went
      dynamic is as desired @ 4be21c9d03

Exit status: 0 as desired, 1 cannot, 3 in part: somebody is held, something failed, or the git server does
not know the host's key yet.`,
  operand: 'HOST',
  options: {
    deb: { type: 'string' }, repo: { type: 'string' }, remote: { type: 'string', multiple: true }, address: { type: 'string' }, user: { type: 'string' },
    port: { type: 'string' }, key: { type: 'string' }, 'cluster-key': { type: 'string' }, trusted: { type: 'string' }, 'dry-run': { type: 'boolean' },
  },
  run: (call, world) => bootstrapHost(call, world),
};

/** Units: milliseconds. */
const usually = { tellEvery: 10_000 };

/** Do it, or say what would be done. Errors: UsageError and GitError. */
export async function bootstrapHost(call: Call, world: World, { tellEvery } = usually): Promise<ExitStatus> {
  const identity = identityFor(text(call, 'key'), world);
  const job = await jobOf(call, world, identity);
  world.print(titleOf(job));
  if (call.values['dry-run'] === true) return say(rehearsal(job), world);
  const keys = await credentials(identity, job.peer.user, (await import('ssh2')).default.utils.parseKey);
  const session = hostSession(job.peer, { keys, knownHosts: identity.knownHosts });
  try {
    return await perform({ job, session, tellEvery }, world);
  } finally {
    session.close();
  }
}

function say(lines: readonly string[], world: World): ExitStatus {
  world.print(lines.join('\n'));
  return 0;
}

function titleOf({ host, peer, trusted }: Job): string {
  const by = peer.key === null ? 'known_hosts' : `ssh-host-key in ${peer.key.source.file}`;
  const at = `${peer.user}@${nameOf({ host: peer.address, port: peer.port })}`;
  return `${host.name} at ${at}, known by ${by}; main is to be trusted from ${trusted.commit.slice(0, 10)}`;
}

/** An admin comes with her own keys, never with those of the host that she may sit on. */
function identityFor(key: string | null, world: World): SshIdentity {
  const usual = identityOf('/', world);
  if (key !== null) return { ...usual, keyFiles: [resolve(world.directory, key)], agent: null };
  return { ...usual, keyFiles: usual.keyFiles.filter((path) => !path.endsWith('/host.key')) };
}
