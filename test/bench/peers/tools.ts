/** The peers: what each is called, and how it makes a host so. They are asked in a throw-away system (enter.sh), never on this one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** One peer. */
export interface Tool {
  readonly name: string;
  /** What is there when it is installed. */
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: readonly string[];
  /** The largest co-op that anybody would wait for. */
  readonly upTo: number;
}

export const tools: readonly Tool[] = [
  { name: 'cfengine', program: 'cf-agent', words: ['cf-agent', '--no-lock', '--file', '/peers/cfengine/coop.cf'], environment: [], upTo: 1000 },
  { name: 'puppet', program: 'puppet', words: ['puppet', 'apply', '--modulepath', '/peers/puppet/modules', '--hiera_config', '/peers/puppet/hiera.yaml', '/peers/puppet/site.pp'], environment: [], upTo: 1000 },
  { name: 'ansible', program: 'ansible-playbook', words: ['ansible-playbook', '/peers/ansible/site.yml'], environment: ['ANSIBLE_CONFIG=/peers/ansible/ansible.cfg'], upTo: 100 },
  { name: 'bundlewrap', program: 'bw', words: ['/peers/bundlewrap/programs/apply'], environment: [], upTo: 100 },
];

/** Where the system with the peers is. */
export const base = process.env['CROFT_BENCH_PEERS'] ?? '/var/tmp/croft-bench-peers';

/** Is a peer there? Shape: why not; null when it is. */
export function whyNot({ program }: Tool): string | null {
  if (!['usr/bin', 'usr/sbin', 'bin'].some((path) => existsSync(join(base, path, program)))) return 'not installed (npm run bench -- peers --install)';
  return process.getuid?.() === 0 ? null : 'only root can give it a system of its own';
}
