import type { Making, Step } from '../../reconciler/model/machine.ts';
import { write } from './bench.ts';

const token = 'fedcba9876543210';

/** The steps of a transaction: one file changes, one is made, one goes, and a link turns. */
export function exchange(path: (name: string) => string, end: 'keep' | 'put-back'): readonly Step[] {
  const made = ['changed', 'made'].map((name): Step => ({ do: 'stage', path: path(name), token, make: write(path(name), 'new') as Making }));
  return [
    ...made,
    { do: 'stage', path: path('link'), token, make: { do: 'link', path: path('link'), target: 'new' } },
    { do: 'swap', unit: 'a.service', places: [...['changed', 'made', 'link'].map((name) => ({ path: path(name), token })), { path: path('dropped'), token: null }] },
    { do: end, unit: 'a.service' },
  ];
}

/** The one step that makes a directory which is somebody's. */
export function founding(path: (name: string) => string): Step {
  return { do: 'directory', path: path('made'), mode: '0750', owner: 'www-data', group: 'www-data' };
}
