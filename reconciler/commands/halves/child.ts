/** The other half where systemd does not run: a child with its rights. */
import { join } from 'node:path';
import type { Machine } from '../../model/machine.ts';
import type { World } from '../command.ts';
import { hostKeyPath } from '../host-key.ts';
import { answered, asking, attempt, drop, errandPaths, Lost, user, writeDown, type Send } from './errand.ts';

const credentials = `${asking}/credentials`;

/** Without systemd: a child with that user's rights and nothing else of ours. */
export function throughChild(machine: Machine, world: World): Send {
  return async ({ name, text }) => {
    const { request, answer } = errandPaths(name);
    for (const path of ['/var/lib/croft', asking]) await machine.perform({ do: 'directory', path, mode: '0755', owner: 'root', group: 'root' });
    for (const path of ['/var/lib/croft/spool', '/var/lib/croft/repository.git']) await machine.perform({ do: 'directory', path, mode: '0700', owner: user, group: user });
    await lend(machine);
    await writeDown(machine, name, text);
    const argv = [...drop, ...world.self, name, '--request', request, '--answer', answer];
    const ended = await attempt(machine, { do: 'run', argv, env: { CREDENTIALS_DIRECTORY: credentials, HOME: '/nonexistent' }, timeoutSeconds: name === 'compile' ? 600 : 180 });
    if (ended !== null) throw new Lost(ended.stderr.trim().split('\n').at(-1) || ended.message);
    return answered(name);
  };
}

/** Let the other user read the host's key, as LoadCredential= does for a unit. */
export async function lend(machine: Machine): Promise<string> {
  const [answer] = await machine.observe([{ ask: 'path', path: hostKeyPath, want: 'text' }]);
  const text = (answer?.ask === 'path' ? answer.node?.text : undefined) ?? 'none\n';
  await machine.perform({ do: 'directory', path: asking, mode: '0755', owner: 'root', group: 'root' });
  await machine.perform({ do: 'directory', path: credentials, mode: '0750', owner: 'root', group: user });
  await machine.perform({ do: 'write', path: join(credentials, 'host.key'), text, mode: '0440', owner: 'root', group: user, secret: true });
  return credentials;
}
