import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { must, report, type Report } from '../coop.ts';
import { addresses, exec, net } from '../lab.ts';
import { commit, documents, git, memberDocuments, password, write, type Village } from './village.ts';
import { follow, type Pendulum } from './walk.ts';
import { ways, type Broken, type Way } from './ways.ts';

const count = 100;
/** The last round in which all changed their sites, their zones, their mail. */
interface Rounds {
  readonly sites: number;
  readonly zones: number;
  readonly mail: number;
}

const members = Array.from({ length: count }, (_, index) => `m${String(index + 1).padStart(3, '0')}`);

interface Row {
  readonly way: string;
  readonly becomes: string;
  readonly status: number;
  readonly seconds: number;
  /** Neighbours of whom something is not live, or whom the report names. */
  readonly affected: readonly string[];
}

/** With a hundred members, one at a time is broken, in every way that is known; all others change something in the same push. */
export function blast(village: () => Village, history: () => Pendulum): void {
  const rows: Row[] = [];
  let rounds: Rounds = { sites: 0, zones: 0, mail: 0 };

  describe.sequential('the blast radius', () => {
    it(`${count} members join`, async () => {
      const { host } = village();
      await follow(village(), history());
      await push(village(), rounds);
      const began = Date.now();
      expect(await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 600 })).toMatchObject({ status: 0 });
      await must(exec(host, ['sh', '-ec', `for who in ${members.join(' ')}; do install -d -o $who -g $who /home/$who/web; echo $who > /home/$who/web/index.html; done`]));
      console.log(`${count} members joined in ${(Date.now() - began) / 1000} s`);
      expect(await amiss(village(), rounds)).toEqual([]);
    }, 600_000);

    it.each(ways.map((way, index) => [way.name, way, index + 1] as const))('%s: nobody else is affected', async (_, way, round) => {
      const before = rounds;
      rounds = { ...rounds, [way.beside ?? 'mail']: round };
      const row = await tryOut(village(), way, { round, rounds, before });
      rows.push(row);
      console.log(JSON.stringify(row));
      expect(row.affected).toEqual([]);
      expect(row.becomes).toBe(way.becomes);
    });

    it('leaves everybody well', async () => {
      rounds = { sites: ways.length + 1, zones: ways.length + 1, mail: ways.length + 1 };
      await push(village(), rounds);
      expect(await exec(village().host, ['croft', 'reconcile'], { timeoutSeconds: 600 })).toMatchObject({ status: 0 });
      expect(await amiss(village(), rounds)).toEqual([]);
      console.log(table(rows));
    });
  });
}

async function tryOut(village: Village, way: Way, { round, rounds, before: earlier }: { readonly round: number; readonly rounds: Rounds; readonly before: Rounds }): Promise<Row> {
  const { host } = village;
  const victim = members[(round * 37) % count] ?? '';
  const neighbour = members[(round * 37 + 1) % count] ?? '';
  const [before, after] = way.onHost?.(victim) ?? ['true', 'true'];
  await must(exec(host, ['sh', '-ec', before]));
  try {
    await push(village, rounds, { way, victim, neighbour, earlier });
    const began = Date.now();
    const { status, stdout, stderr } = await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 600 });
    const seconds = (Date.now() - began) / 1000;
    if (![0, 3, 4].includes(status)) throw new Error(`${way.name}: status ${status}: ${stdout}${stderr}`);
    const said = await report(host);
    const named = accused(said);
    const wrong = await amiss(village, rounds, victim);
    const becomes = said.holds.some(({ owner }) => owner === `member:${victim}`) || status === 4 ? 'held' : named.includes(`member:${victim}`) ? 'failed' : 'live';
    return { way: way.name, becomes, status, seconds, affected: [...wrong, ...named.filter((owner) => owner !== `member:${victim}`)] };
  } finally {
    await must(exec(host, ['sh', '-ec', after]));
  }
}

/** Everybody whom a report names as held, failed or blocked. */
function accused({ holds, outcomes }: Report): readonly string[] {
  return [...new Set([...holds.map(({ owner }) => owner), ...outcomes.filter(({ result }) => result !== 'done').map(({ owner }) => owner)])].sort();
}

/**
 * Ask for every member's site, zone and mail. Shape: what is not as this round wants it. Postfix counts recipients for each client and
 * minute, and six rows are 600: that is forgotten before, for here one client asks what a hundred would.
 */
async function amiss({ host }: Village, rounds: Rounds, except?: string): Promise<readonly string[]> {
  await exec(host, ['pkill', '-x', 'anvil']);
  const wanted = members.filter((name) => name !== except).map((name) => ({ site: `www.${name}.example`, header: `200 r${rounds.sites}`, zone: `${name}.example`, text: `r${rounds.zones}`, mail: `r${rounds.mail}@${name}.example` }));
  const { stdout } = await must(net([process.execPath, fileURLToPath(new URL('neighbours.mjs', import.meta.url)), addresses[host].ipv4], { input: JSON.stringify(wanted) }));
  return JSON.parse(stdout) as readonly string[];
}

/** Push a change of everybody's, of which one member's part is broken. */
async function push(village: Village, rounds: Rounds, broken?: Omit<Broken, 'documents' | 'village'> & { readonly way: Way; readonly earlier: Rounds }): Promise<void> {
  const all = everybody(village, rounds);
  if (broken !== undefined) broken.way.break({ ...broken, documents: all, village });
  if (broken?.way.unsigned === true) {
    const hers = [...all].filter(([path]) => path.startsWith(`members/${broken.victim}/`));
    write(village, new Map([...everybody(village, broken.earlier), ...hers]));
    commit(village, 'one change, unsigned', { signed: false });
  }
  write(village, all);
  git(village, 'add', '-A');
  const raw = broken?.way.raw?.({ ...broken, documents: all, village });
  if (raw !== undefined) stage(village, raw);
  commit(village, `round ${Math.max(...Object.values(rounds))}${broken === undefined ? '' : `: ${broken.way.name}`}`, { staged: true });
  await must(net(['git', '-C', village.clone, 'push', '-q', village.url, 'main']));
}

/** Put into the index what is no ordinary file. */
function stage(village: Village, { path, mode, content }: { readonly path: string; readonly mode: string; readonly content: string }): void {
  const oid = mode === '160000' ? git(village, 'rev-parse', 'HEAD').trim() : execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: village.clone, input: content, encoding: 'utf8' }).trim();
  git(village, 'update-index', '--add', '--cacheinfo', `${mode},${oid},desired-state/${path}`);
}

/** What all declare: a header of each site, a record of each zone and an alias of each mail domain name the round in which they were changed. */
function everybody(village: Village, { sites, zones, mail }: Rounds): Map<string, string> {
  const all = new Map(documents(village, 'B'));
  for (const [index, name] of members.entries()) {
    for (const [path, text] of memberDocuments(village, name, { uid: 11_000 + index, side: 'A' })) all.set(path, text);
    all.set(`members/${name}/mailboxes/${name}.example.yaml`, `mailboxes:\n  ${name}: { password: ${password} }\naliases:\n  r${mail}: [${name}]\n`);
    all.set(`members/${name}/vhosts/www.${name}.example.yaml`, `static: { root: web }\nheaders: [{ name: X-Round, value: r${sites} }]\n`);
    all.set(`members/${name}/zones/${name}.example.yaml`, `records:\n  - { name: round, type: TXT, text: r${zones} }\n`);
  }
  return all;
}

/** The table: each way, and how many neighbours it affected. */
function table(rows: readonly Row[]): string {
  const line = ({ way, becomes, seconds, affected }: Row): string => `| ${way.padEnd(70)} | ${becomes.padEnd(6)} | ${seconds.toFixed(1).padStart(5)} s | ${affected.length} |`;
  return [`| one of ${count} is broken by | she is | the run | neighbours affected |`, ...rows.map(line)].join('\n');
}
