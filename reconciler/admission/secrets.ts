/** Secrets: where values are opened into, each readable for its own member's group and nobody else. Whose a value is, the machine reads in it. */
import type { Permit } from './permit.ts';

const owner = '(coop|[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,30})';

export const secrets: readonly Permit[] = [
  { kinds: ['directory'], name: /^\/etc\/croft-secrets$/, access: ['root:root 0711'] },
  { kinds: ['directory'], name: new RegExp(`^/etc/croft-secrets/${owner}$`), access: ['root:$1 0750', 'root:root 0750'] },
  { kinds: ['secret'], name: new RegExp(`^/etc/croft-secrets/${owner}/[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`), access: ['root:$1 0440', 'root:root 0400'] },
];
