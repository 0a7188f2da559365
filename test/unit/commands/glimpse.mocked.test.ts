/** A great directory that was checked before and in which nothing moved is not looked at one by one; whatever moves is found. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { check } from '../../../reconciler/commands/check.ts';
import { worldIn } from '../../cli/world.ts';

const looks = vi.hoisted(() => ({ count: 0 }));
vi.mock('../../../reconciler/desired/directory.ts', async (original) => {
  const real = await original<typeof import('../../../reconciler/desired/directory.ts')>();
  return { ...real, readDirectory: (...words: Parameters<typeof real.readDirectory>) => ((looks.count += 1), real.readDirectory(...words)) };
});

const many = 800;
let room: string;
let now = Date.now() + 60_000;

/** Check it. Shape: what was said, and whether documents were looked at. */
async function checked(cache: string | null = join(room, 'cache')): Promise<{ readonly said: string; readonly looked: boolean }> {
  const before = looks.count;
  const lines: string[] = [];
  await check.run({ positionals: [on('')], values: {} }, worldIn(room, { now: () => now, build: 'this', cache, print: (text) => void lines.push(text) }));
  return { said: lines.join('\n'), looked: looks.count > before };
}

function on(path: string): string {
  return join(room, 'coop', path);
}

async function settled(): Promise<void> {
  now = Math.max(now, Date.now()) + 60_000;
  for (let turn = 0; turn < 3; turn += 1) await checked();
}

beforeEach(async () => {
  room = mkdtempSync(join(tmpdir(), 'croft-glimpse-'));
  mkdirSync(on('desired-state/hosts'), { recursive: true });
  writeFileSync(on('desired-state/cluster.yaml'), 'domain: meadow.example\n');
  for (let each = 0; each < many; each += 1) {
    const folder = on(`desired-state/members/m${String(each).padStart(4, '0')}/vhosts`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'a.example.yaml'), 'redirect: { to: "https://b.example/" }\n');
  }
  await settled();
});
afterEach(() => rmSync(room, { recursive: true }));

describe('a directory of many documents', () => {
  const document = 'desired-state/members/m0007/vhosts/a.example.yaml';

  test('is not looked at again while nothing moves, and says the same', async () => {
    const { said } = await checked(null);
    expect(said).toMatch(/^desired-state|coop\/desired-state/);
    expect(await checked()).toEqual({ said, looked: false });
    expect(await checked()).toEqual({ said, looked: false });
  });

  test.each<[string, () => void]>([
    ['a document has other bytes of the same number, at the same time', () => {
      writeFileSync(on(document), 'redirect: { to: "https://c.example/" }\n');
      utimesSync(on(document), 1_700_000_000, 1_700_000_000);
    }],
    ['a document may be run', () => chmodSync(on(document), 0o755)],
    ['a document came', () => writeFileSync(on('desired-state/members/m0007/vhosts/new.example.yaml'), 'a: [1\n')],
    ['a document went', () => rmSync(on(document))],
    ['a folder has another name', () => renameSync(on('desired-state/members/m0008'), on('desired-state/members/n0008'))],
    ['a link is among them', () => symlinkSync('nowhere', on('desired-state/members/link.yaml'))],
    ['it is another directory', () => {
      renameSync(on('desired-state'), on('other-state'));
      mkdirSync(on('desired-state'));
      renameSync(on('other-state/members'), on('desired-state/members'));
    }],
    ['it is no co-op any more', () => renameSync(on('desired-state'), on('third-state'))],
  ])('is looked at when %s', async (_, happens) => {
    happens();
    const { said } = await checked(null);
    expect(await checked()).toEqual({ said, looked: true });
    now += 60_000;
    expect((await checked()).said).toBe(said);
  });
});

test('what was kept is only a copy: damaged in any place, it changes nothing', async () => {
  const { said, looked } = await checked();
  expect(looked).toBe(false);
  const [place = ''] = readdirSync(join(room, 'cache'));
  const kept = join(room, 'cache', place, 'glimpse');
  const text = readFileSync(kept, 'utf8');
  for (let at = 0; at < text.length; at += 13) {
    writeFileSync(kept, `${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`);
    expect(await checked()).toEqual({ said, looked: true });
  }
});

test('what is judged after somebody wrote between the glance and the look is not taken for what was glanced at', async () => {
  const document = on('desired-state/members/m0007/vhosts/a.example.yaml');
  const text = readFileSync(document, 'utf8');
  const { said } = await checked();
  const [place = ''] = readdirSync(join(room, 'cache'));
  rmSync(join(room, 'cache', place, 'verdicts'));
  const moment = now;
  const late = worldIn(room, { build: 'this', cache: join(room, 'cache'), print: () => undefined, now: () => (writeFileSync(document, 'a: [1\n'), moment) });
  await check.run({ positionals: [on('')], values: {} }, late);
  writeFileSync(document, text);
  now += 60_000;
  expect((await checked()).said).toBe(said);
});

test('nothing is kept of what was touched a moment ago', async () => {
  writeFileSync(on('desired-state/members/m0009/vhosts/a.example.yaml'), 'redirect: { to: "https://d.example/" }\n');
  now = Date.now();
  await checked();
  expect((await checked()).looked).toBe(true);
  now += 60_000;
  await checked();
  expect((await checked()).looked).toBe(false);
});
