/**
 * The real host that croft runs on. Files are changed by system calls made one after the other (on warm caches that is four to eight
 * times faster than the asynchronous ones), programs are run by argv. Needs root for nearly everything that it changes; asks of every
 * path on the way that nobody but root can bend it (guard.ts).
 */
import type { Machine } from '../model/machine.ts';
import { inodes, names } from './access.ts';
import { KEY_PATH } from './derive.ts';
import type { Ground } from './ground.ts';
import { distrust } from './guard.ts';
import { observe } from './observe.ts';
import { perform } from './perform.ts';
import { patience as patienceOf, type Limits } from './patience.ts';
import { userOf } from './processes.ts';
import { run } from './run.ts';
import { HOST_KEY_PATH } from './unseal.ts';
import { view } from './view.ts';
import { waysOf } from './ways.ts';

/** Open the door to the host that this process runs on. */
export function local({ transactions = '/var/lib/croft/transactions', limits }: { readonly transactions?: string; readonly limits?: Limits } = {}): Machine {
  const [ways, waysToNames] = [waysOf(), waysOf()];
  const people = names({ root: '/', distrust: () => null, ways: waysToNames });
  const ground: Ground = {
    name: 'local',
    root: '/',
    ways,
    names: people,
    ownership: inodes,
    swept: new Set(),
    unsynced: new Map(),
    unwritten: { singly: 0, paths: new Set() },
    keys: [KEY_PATH, HOST_KEY_PATH],
    ledgers: [],
    distrust: (path, stats, purpose) => distrust({ ownership: inodes, names: people }, { path, stats, purpose }),
    begin(calm = false) {
      if (calm) return;
      people.refresh();
      ways.renew();
      waysToNames.renew();
    },
    run,
    transactions,
    view: (places, argv, timeoutSeconds) => view({ places, argv, top: transactions, timeoutSeconds }),
    patience: patienceOf(limits),
    ask: async (question) => (await import('./ask.ts')).ask(question),
    user: userOf,
  };
  return { name: ground.name, observe: (probes) => observe(ground, probes), perform: (step) => perform(ground, step) };
}
