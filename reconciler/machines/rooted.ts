/**
 * A directory that behaves as a Debian host, for trying things, for tests and for the first five minutes with croft. Files, links and
 * modes are real and stay below the directory, whatever links are in it. What only root or a running system can do is emulated: owners are
 * kept in a ledger, programs are functions (rooted/programs/) with their memory below /var/lib/croft/rooted/ (rooted/store.ts says what
 * is there and how a test makes something fail). The rule of who may write where (guard.ts) holds as on a real host.
 */
import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { MachineError, type Machine } from '../model/machine.ts';
import { names } from './access.ts';
import { KEY_PATH } from './derive.ts';
import type { Ground } from './ground.ts';
import { distrust } from './guard.ts';
import { observe } from './observe.ts';
import { perform } from './perform.ts';
import { patience } from './patience.ts';
import { refusal } from './refusal.ts';
import { furnish, isFurnished } from './rooted/base.ts';
import { answer } from './rooted/answer.ts';
import { hostOf } from './rooted/host.ts';
import { ledger } from './rooted/ledger.ts';
import { runProgram } from './rooted/programs/index.ts';
import { STORE, store as storeOf } from './rooted/store.ts';
import { playsIn } from './rooted/took.ts';
import { viewed } from './rooted/viewed.ts';
import { HOST_KEY_PATH } from './unseal.ts';
import { waysOf } from './ways.ts';

/** Open the door to a directory as if it were a host; an empty one is furnished as a fresh Debian. Errors: MachineError when it may be something else. */
export function rooted(directory: string): Machine {
  try {
    mkdirSync(directory, { recursive: true });
    const ground = groundOf(realpathSync(directory), directory);
    return { name: ground.name, observe: (probes) => observe(ground, probes), perform: (step) => perform(ground, step) };
  } catch (error) {
    throw refusal(`cannot use ${directory} as a host`, error);
  }
}

function groundOf(root: string, directory: string): Ground {
  const within = { root, distrust: () => null, ways: waysOf() };
  const store = storeOf(within);
  const people = names(within);
  const ownership = ledger(store);
  const plays = playsIn(within);
  const ways = waysOf();
  let begun = 0;
  const ground: Ground = {
    name: `rooted at ${directory}`,
    root,
    ways,
    names: people,
    ownership,
    swept: new Set(),
    unsynced: new Map(),
    unwritten: { singly: 0, paths: new Set() },
    keys: [KEY_PATH, HOST_KEY_PATH],
    ledgers: [`${STORE}/ownership.json`],
    distrust: (path, stats, purpose) => distrust({ ownership, names: people }, { path, stats, purpose }),
    begin(calm = false) {
      begun += 1;
      if (calm) return;
      store.refresh();
      people.refresh();
      ways.renew();
      within.ways.renew();
    },
    run: async (command) => plays(() => runProgram(host, command)),
    transactions: '/var/lib/croft/transactions',
    view: async (places, argv) => plays(() => runProgram(viewed(host, places), { argv })),
    patience: patience(),
    ask: async (question) => plays(() => answer(host, question)),
    user: ({ uid }) => [...store.table('sessions').keys()].filter((name) => String(uid) === name || people.user(uid ?? -1) === name).map((name) => `${name} is still logged in`)[0] ?? null,
  };
  const host = hostOf(ground, store, () => begun);
  if (isFurnished(host)) return ground;
  refuseForeign(root, directory);
  furnish(host);
  return ground;
}

/** A directory is furnished only when that can do no harm: not the real host, and nothing that has users of its own or is no host at all. */
function refuseForeign(root: string, directory: string): void {
  const entries = readdirSync(root);
  const foreign = entries.find((entry) => !['etc', 'home', 'root', 'run', 'srv', 'tmp', 'usr', 'var'].includes(entry));
  if (root === '/' || foreign !== undefined || existsSync(join(root, 'etc/passwd'))) {
    const because = foreign === undefined ? 'it has an etc/passwd that croft did not make' : `it holds ${foreign}`;
    throw new MachineError(`cannot use ${directory} as a host: ${root === '/' ? 'it is this machine' : because}; name an empty directory or a new one`);
  }
}
