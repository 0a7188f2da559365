/** The peers: what each is called, and how it makes a host so. They are asked in a throw-away system (enter.sh), never on this one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** One peer. */
export interface Tool {
  readonly name: string;
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: readonly string[];
  /** Ends that mean that all is as desired. */
  readonly good: readonly number[];
  /** The largest co-op that anybody would wait for. */
  readonly upTo: number;
}

export const tools: readonly Tool[] = [
  { name: 'cfengine', program: 'cf-agent', words: ['--no-lock', '--file', '/peers/cfengine/coop.cf'], environment: [], good: [0], upTo: 1000 },
  { name: 'puppet', program: 'puppet', words: ['apply', '--modulepath', '/peers/puppet/modules', '--hiera_config', '/peers/puppet/hiera.yaml', '/peers/puppet/site.pp'], environment: [], good: [0], upTo: 1000 },
  { name: 'ansible', program: 'ansible-playbook', words: ['/peers/ansible/site.yml'], environment: ['ANSIBLE_CONFIG=/peers/ansible/ansible.cfg'], good: [0], upTo: 100 },
];

/** Where the system with the peers is. */
export const base = process.env['CROFT_BENCH_PEERS'] ?? '/var/tmp/croft-bench-peers';

/** Is a peer there? Shape: why not; null when it is. */
export function whyNot({ program }: Tool): string | null {
  if (!['usr/bin', 'usr/sbin', 'bin'].some((path) => existsSync(join(base, path, program)))) return 'not installed (npm run bench -- peers --install)';
  return process.getuid?.() === 0 ? null : 'only root can give it a system of its own';
}
