/** A host that is a directory, told one commit after another by a clock of its own, and the documents of which much is taken away. */
import { perform } from '../../../reconciler/reconcile.ts';
import type { Ledger } from '../../../reconciler/model/guard.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { readInventory } from '../../../reconciler/plan/inventory.ts';
import type { Restrained } from '../../../reconciler/restrain.ts';
import { bare, discard, run, today, trade, weighed, type StoryHost } from '../../scenarios/drive.ts';
import { base, changed, snapshot, type Event } from '../../scenarios/story.ts';

export type Files = NonNullable<Event['commit']>;

export const hour = 60 * 60 * 1000;
export const numbers = (from: number, until: number): readonly string[] => Array.from({ length: until - from }, (_, index) => String(from + index).padStart(2, '0'));
export const all = (names: readonly string[], text: string | null): Files => Object.fromEntries(names.map((name) => [name, text]));
export const generous = 'tasks: 100\nmemory-mib: 512\ncpu-percent: 50\ndisk-mib: 1024\nopen-files: 512\nvhosts: 50\nzones: 50\nmailboxes: 50\naliases: 50\n';
export const member = (uid: number, more = ''): string => `name: Somebody\nuid: ${uid}\nlimits: generous\nemail: somebody@outside.example\n${more}`;
export const ada: Files = { 'limits/generous.yaml': generous, 'members/ada/member.yaml': member(10_002, 'domains: [ada.example]\n') };
export const sites = (from: number, until: number, text: string | null): Files => all(numbers(from, until).map((id) => `members/ada/vhosts/s${id}.ada.example.yaml`), text);
export const site = 'host: one\nstatic:\n  root: web/s\n';
export const crowd = (from: number, until: number, more = ''): Files => ({
  'limits/generous.yaml': generous, ...Object.fromEntries(numbers(from, until).map((id) => [`members/m${id}/member.yaml`, member(11_000 + Number(id), more)])),
});
export const away = (from: number, until: number): Files => all(numbers(from, until).map((id) => `members/m${id}/member.yaml`), null);
export const zone = (count: number): Files => ({ 'members/ada/zones/ada.example.yaml': `records:${count === 0 ? ' []' : ''}\n${numbers(0, count).map((id) => `  - { name: n${id}, type: A, address: 198.51.100.7 }\n`).join('')}` });
const hostDocument = (number: string): string => `debian: 13\naddresses: { ipv4: 192.0.2.1${number}, ipv6: '2001:db8:77::1${number}' }\nservices: []\nlogin: { shell: nobody, files: nobody }\n`;
export const hosts = (from: number, until: number): Files => Object.fromEntries(numbers(from, until).map((id) => [`hosts/h${id}.yaml`, hostDocument(id)]));
export const hostsAway = (from: number, until: number): Files => all(numbers(from, until).map((id) => `hosts/h${id}.yaml`), null);
export const allowing = (...entries: readonly string[]): Files => ({ 'coop/allowances.yaml': entries.length === 0 ? 'allowances: []\n' : `allowances:\n${entries.map((entry) => `  - { ${entry}, from: 2026-06-10, until: 2026-06-30 }\n`).join('')}` });
export const forAda = (count: number, reason = 'her shops have moved'): string => `guard: mass-removal, object: member:ada, count: ${count}, reason: ${reason}`;

/** A host and the commits that it was told of so far. */
export interface Telling {
  readonly host: StoryHost;
  commits: readonly Snapshot[];
  /** Commit, and make it so as far as guards let it. Shape: what they do not, `guard object count`. */
  next(files: Files, hours: number): Promise<readonly string[]>;
}

/** Tell a story of a host that was made by a commit. */
export async function telling(before: Files, work: (telling: Telling) => Promise<void>): Promise<void> {
  const host = bare('one');
  let documents = changed(base(), before);
  const story: Telling = {
    host, commits: [snapshot(documents, 0)],
    next: async (files, hours) => {
      documents = changed(documents, files);
      story.commits = [...story.commits, snapshot(documents, story.commits.length)];
      const now = today + hours * hour;
      const restrained = await weighed(host, story.commits, now);
      if (!restrained.stopped) await perform(host.machine, restrained.planned, { ...trade, now });
      return told(restrained);
    },
  };
  try {
    await run(host, story.commits);
    await work(story);
  } finally {
    discard(host);
  }
}

/** Say what guards keep back. Shape: `guard object count`, sorted. */
export function told({ guarded }: Pick<Restrained, 'guarded'>): readonly string[] {
  return guarded.map(({ code, object, count }) => `${code.replace('guard/', '')} ${object} ${count}`).toSorted();
}

/** Read what a host remembers. */
export async function ledgerOn({ machine }: StoryHost): Promise<Ledger> {
  return (await readInventory(machine)).ledger;
}
