/** What all rows of one size share: the co-op as files and as a repository, and a host that croft made so. Made when first asked for. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Gauge, Program } from '../measure/measure.ts';
import { changed, coopOf, differences, host, nameOf, type Documents } from '../workload/coop.ts';
import { commitTo, foundRepository, writeFiles } from '../workload/repository.ts';

/** Where rows of one size work. */
export interface Stage {
  readonly size: number;
  /** A directory of this size's own. */
  readonly room: string;
  /** Where the bundled and compiled programs of the bench are. */
  readonly programs: string;
  readonly repository: string;
  readonly gauge: Gauge;
  /** The documents as files, and a list of their paths in a file. */
  files(): { readonly directory: string; readonly list: string };
  croft(...words: readonly string[]): Program;
  /** A run of croft that makes a directory the co-op's host. */
  reconcile(root: string, ...words: readonly string[]): Program;
  /** A directory that is as desired; or why there is none. */
  converged(): { readonly root: string } | { readonly why: string };
  /** Say that a directory is as desired, or that none can be had. */
  settle(host: { readonly root: string } | { readonly why: string }): void;
  /** Every path that croft made on the host, as a list in a file. */
  managed(): { readonly root: string; readonly list: string } | { readonly why: string };
  /** What played the daemons and programs of the converged host so far. Units: CPU seconds. */
  played(): number;
  /** Commit another value of one member's site to main. */
  change(value: string): void;
  /** Where a member's site is on the host. */
  site(root: string): string;
  /** Was this done before at this stage? Says yes from then on. */
  once(what: string): boolean;
  /** Forget what croft keeps for a person. */
  forget(): void;
}

/** What a stage is made from. */
export interface Setting {
  readonly size: number;
  readonly room: string;
  readonly programs: string;
  readonly gauge: Gauge;
  /** The words that start croft. */
  readonly program: readonly string[];
  /** How long a first converge may take. */
  readonly limitSeconds: number;
}

/** Set up a stage: the repository only. Its branch `change` is one member's change ahead of main. */
export function stageOf({ size, room, programs, gauge, program, limitSeconds }: Setting): Stage {
  const home = join(room, 'home');
  const repository = join(room, 'coop.git');
  const documents: Documents = coopOf({ members: size });
  const member = Math.min(7, size);
  const done = new Set<string>();
  let known: { readonly root: string } | { readonly why: string } | null = null;
  mkdirSync(home, { recursive: true });
  foundRepository(repository, documents);
  commitTo(repository, { branch: 'change', from: 'main', changes: differences(documents, changed(documents, member, 'proposed')), message: 'one site' });

  const croft: Stage['croft'] = (...words) => ({ words: [...program, ...words], directory: room, environment: { HOME: home, XDG_CACHE_HOME: join(home, '.cache'), GIT_CONFIG_GLOBAL: '/dev/null', NO_COLOR: '1' } });
  const reconcile: Stage['reconcile'] = (root, ...words) => croft('reconcile', '--repo', repository, '--host', host, '--root', root, ...words);
  const once: Stage['once'] = (what) => done.has(what) || (done.add(what), false);

  function converged(): { readonly root: string } | { readonly why: string } {
    if (known !== null) return known;
    const root = join(room, 'host');
    const measured = gauge.measure(reconcile(root), limitSeconds);
    known = 'cost' in measured ? { root } : { why: `no host could be made: ${'failed' in measured ? measured.failed : `a first run did not end within ${measured.ranOut} s`}` };
    return known;
  }

  return {
    size, room, programs, repository, gauge, croft, reconcile, converged, once,
    files: () => {
      const [directory, list] = [join(room, 'files'), join(room, 'files.list')];
      if (!once('files')) writeFileSync(list, `${writeFiles(directory, documents).join('\n')}\n`);
      return { directory, list };
    },
    settle: (now) => (known = now),
    managed: () => {
      const now = converged();
      if ('why' in now) return now;
      const list = join(room, 'managed.list');
      if (!once('managed')) writeFileSync(list, `${managedPaths(now.root).join('\n')}\n`);
      return { root: now.root, list };
    },
    played: () => {
      const now = converged();
      if ('why' in now) return 0;
      const took = join(now.root, 'var/lib/croft/rooted/took');
      if (!existsSync(took)) writeFileSync(took, '');
      return readFileSync(took, 'utf8').split('\n').reduce((sum, each) => sum + Number(each), 0) / 1e6;
    },
    change: (value) => void commitTo(repository, { branch: 'main', changes: changed(new Map(), member, value), message: `one site: ${value}` }),
    site: (root) => join(root, `etc/apache2/croft/sites/www.${nameOf(member)}.example.conf`),
    forget: () => rmSync(join(home, '.cache'), { recursive: true, force: true }),
  };
}

/** Everything with a path that the inventory says croft made. */
function managedPaths(root: string): readonly string[] {
  const entries = readFileSync(join(root, 'var/lib/croft/inventory.jsonl'), 'utf8').trimEnd().split('\n').slice(2).map((line) => JSON.parse(line) as readonly [string, unknown]);
  const paths = entries.flatMap(([id]) => (/^[a-z]+:(\/.*)$/.exec(id)?.[1] ?? '') || []).map((path) => join(root, path));
  return [...new Set(paths)].filter((path) => existsSync(path)).toSorted();
}
