/** What peers take for the same work. Each row is one tool in one phase; where it is not installed one row says so. */
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../measure/measure.ts';
import { writeData } from '../peers/data.ts';
import { base, tools, whyNot, type Tool } from '../peers/tools.ts';
import { nameOf } from '../workload/coop.ts';
import type { Row } from './row.ts';
import type { Stage } from './stage.ts';

/** Some take minutes for a hundred members. */
const PATIENCE = 400;

/** Rows in the order in which they are measured. */
export const peerRows: readonly Row[] = tools.flatMap((tool) => (whyNot(tool) === null ? rowsOf(tool) : [absent(tool)]));

function rowsOf(tool: Tool): readonly Row[] {
  const peer = { group: 'peers', limitSeconds: PATIENCE, upTo: tool.upTo } as const;
  return [
    { ...peer, key: `${tool.name}-first`, title: `${tool.name}: first run`, ready: (stage) => (empty(stage, tool), run(stage, tool, 'first')), wrong: (stage) => lacks(stage, tool, 'first') },
    { ...peer, key: `${tool.name}-noop`, title: `${tool.name}: nothing to do`, ready: (stage) => (settled(stage, tool), run(stage, tool, 'first')) },
    { ...peer, key: `${tool.name}-drift`, title: `${tool.name}: one file changed by hand`, ready: (stage) => (settled(stage, tool), appendFileSync(site(stage, tool), '# by hand\n'), run(stage, tool, 'first')), wrong: (stage) => (read(stage, tool).includes('# by hand') ? 'what was changed by hand is still there' : null) },
    { ...peer, key: `${tool.name}-change`, title: `${tool.name}: one member's change`, ready: (stage, n) => (settled(stage, tool), run(stage, tool, `change${n}`)), wrong: (stage, n) => lacks(stage, tool, `change${n}`) },
  ];
}

function absent(tool: Tool): Row {
  return { key: tool.name, group: 'peers', title: tool.name, sizeless: true, limitSeconds: 1, ready: () => ({ why: whyNot(tool) ?? '' }) };
}

/** In namespaces of its own, which are not measured: its mounts and whatever it starts end with it, and it reaches nobody. */
function run({ room, size }: Stage, { name, words, environment }: Tool, version: string): Program {
  const [place, data] = [join(room, name), join(room, `${name}-data`)];
  mkdirSync(data, { recursive: true });
  writeData(data, { members: size, member: memberOf(size), version });
  return {
    within: ['unshare', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--net', 'test/bench/peers/enter.sh', base, place, data],
    words: ['chroot', join(place, 'system'), 'env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'LANG=C.UTF-8', 'LC_ALL=C.UTF-8', ...environment, ...words],
  };
}

function empty(stage: Stage, tool: Tool): void {
  rmSync(join(stage.room, tool.name), { recursive: true, force: true });
  mkdirSync(join(stage.room, tool.name));
  stage.once(`${tool.name} made a host`);
}

/** Where no first run was asked for, one that does not count. */
function settled(stage: Stage, tool: Tool): void {
  if (!stage.once(`${tool.name} made a host`)) stage.gauge.measure(run(stage, tool, 'first'), PATIENCE);
}

function memberOf(size: number): number {
  return Math.min(7, size);
}

/** What is written in the throw-away system stays beside it. */
function site({ room, size }: Stage, { name }: Tool): string {
  return join(room, name, `upper/etc/nginx/members.d/${nameOf(memberOf(size))}-www.conf`);
}

function read(stage: Stage, tool: Tool): string {
  return readFileSync(site(stage, tool), 'utf8');
}

function lacks(stage: Stage, tool: Tool, version: string): string | null {
  return read(stage, tool).includes(`"${version}"`) ? null : `the site does not say ${version}`;
}
