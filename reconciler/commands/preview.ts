import { isAncestor } from '../git/history.ts';
import { localRefs } from '../git/localrefs.ts';
import { resolveRevision } from '../git/repository.ts';
import { snapshotOf } from '../git/snapshot.ts';
import type { Repository } from '../git/store.ts';
import type { Host } from '../model/desired.ts';
import type { HostReport } from '../model/host-report.ts';
import { markdownPage } from '../report/markdown.ts';
import { formatPage } from '../report/page.ts';
import { previewFacts } from '../report/preview-facts.ts';
import { previewPage } from '../report/preview-page.ts';
import { standingOf, type Authority, type Preview } from '../report/preview.ts';
import { ago, list } from '../report/words.ts';
import { isTrustOn } from '../trust/charter.ts';
import { believe, verify } from '../trust/verify.ts';
import { choice, text, UsageError, type Call, type Command, type ExitStatus, type World } from './command.ts';
import { keepingOf } from './comparison/keeping.ts';
import { previewOf } from './comparison/preview-of.ts';
import { trade } from './look.ts';
import { keysOf, readReports } from './reports.ts';
import { repositoryAround } from './repository.ts';
import { takeRoom } from './room.ts';

/** Say what a change does, before it is merged. */
export const preview: Command = {
  name: 'preview',
  summary: 'say what a change does on each host, and whether its author may',
  help: `croft preview: what a change does, in words for its author first: what appears, goes and changes,
what it uses of her limits, what each host then does and whom it touches, what is wrong, and whether
who signed it may change it. Computed from the repository alone: no host is asked.

Usage: croft preview [--base REV] [--head REV] [--repo PATH] [--host NAME] [--diff]
                     [--format text|markdown|json]

  --base REV        what the change is compared with; default: main
  --head REV        the change, which must begin where the base is; default: HEAD
  --repo PATH       the repository; default: the one that you are in, from anywhere below
  --host NAME       what it does on this host only
  --diff            in text, also the lines of files that change; nothing secret
  --format FORMAT   text for people; markdown: a comment for a forge, to be edited in place;
                    json: schemas/output/preview.schema.json

Example:
  $ croft preview --base main --head shop
  preview 4be21c9d03 → 90d1c77a12 (main)  plan 7f3ac19e
  green

  ada
    + site shop.ada.example  static from web/shop on dynamic; A and AAAA in ada.example

Exit status: 0 shown, 1 cannot, or the change is invalid, 3 somebody is refused or held,
4 a guard on a host would keep something back: what would let it pass is printed.`,
  options: {
    base: { type: 'string' }, head: { type: 'string' }, repo: { type: 'string' }, host: { type: 'string' }, diff: { type: 'boolean' }, format: { type: 'string' },
  },
  run,
};

async function run(call: Call, world: World): Promise<ExitStatus> {
  takeRoom();
  const format = choice(call, 'format', ['text', 'markdown', 'json']);
  const { repository: opened } = await repositoryAround(text(call, 'repo'), world);
  const { repository, ...keeping } = keepingOf(opened, world);
  const name = text(call, 'base') ?? 'main';
  const [base, head] = [await resolveRevision(repository, name), await resolveRevision(repository, text(call, 'head') ?? 'HEAD')];
  const bothSaid = text(call, 'base') !== null && text(call, 'head') !== null;
  if (base === head && !bothSaid) throw new UsageError(`cannot compare ${head.slice(0, 10)} with ${name}: they are the same commit – give --base, e.g. --base origin/main`);
  if (!(await isAncestor(repository, base, head))) throw new UsageError(movedOn(name, head));
  const authority = await authorityOf(repository, base, head);
  const whole = await previewOf({ repository, base: { oid: base, name }, head, authority, kept: keeping.kept, reportsOf: (hosts) => reportsOf(repository, hosts) }, trade);
  keeping.keep(await snapshotOf(repository, head));
  const shown = only(whole, text(call, 'host'));
  world.print(format === 'json' ? JSON.stringify(previewFacts(shown), null, 2) : formatPreview(shown, { format, call, world }));
  return statusOf(whole);
}

function movedOn(base: string, head: string): string {
  return `cannot compare ${head.slice(0, 10)} with ${base}: ${base} has moved on since the change began\nrebase first: git rebase ${base}`;
}

function formatPreview(shown: Preview, { format, call, world }: { readonly format: 'text' | 'markdown'; readonly call: Call; readonly world: World }): string {
  const since = (time: number): string => ago(world.now() - time * 1000);
  if (format === 'text') return formatPage(previewPage(shown, since), { paint: world.paint, folded: call.values['diff'] !== true });
  const whole = `croft preview --base ${shown.base.oid.slice(0, 10)} --head ${shown.head.slice(0, 10)} --diff`;
  return markdownPage(previewPage(shown, (time) => `at ${new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`), whole);
}

function statusOf(shown: Preview): ExitStatus {
  const standing = standingOf(shown);
  if (standing === 'invalid') return 1;
  if (shown.guards.length > 0) return 4;
  return standing === 'refused' || shown.holds.length > 0 ? 3 : 0;
}

/** Leave out all hosts but one. Errors: UsageError when there is none of that name. */
function only(shown: Preview, host: string | null): Preview {
  if (host === null) return shown;
  const hosts = shown.hosts.filter((each) => each.host === host);
  if (hosts.length === 0) throw new UsageError(`cannot find host ${host}: the co-op has ${list(shown.hosts.map((each) => each.host))}`);
  return { ...shown, hosts };
}

/** Judge the change by the rules of its base. */
async function authorityOf(repository: Repository, base: string, head: string): Promise<Authority> {
  const trusted = await believe(repository, base);
  const verified = await verify(repository, trusted, head);
  if (verified === null) throw new UsageError(`cannot judge who changed what: ${head.slice(0, 10)} does not come after ${base.slice(0, 10)} on one line: rebase it`);
  return { trust: await isTrustOn(repository, trusted.tree), verdicts: verified.verdicts };
}

/** What the hosts of a co-op last said of themselves in a repository, as far as they signed it. */
export async function reportsOf(repository: Repository, hosts: readonly Host[]): Promise<ReadonlyMap<string, HostReport>> {
  const told = await readReports(repository, await localRefs(repository.gitdir), keysOf(hosts));
  return new Map(told.flatMap((each) => (each.believed ? [[each.host, each.report] as const] : [])));
}
