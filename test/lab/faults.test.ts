/** Two booted hosts, each of which carries everything, and whatever can go wrong on them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { away } from './faults/away.ts';
import { blast } from './faults/blast.ts';
import { crash, seedData } from './faults/crash.ts';
import { errors, fullDisk } from './faults/errors.ts';
import { hostile } from './faults/hostile.ts';
import { missing } from './faults/missing.ts';
import { power } from './faults/power.ts';
import { strace } from './faults/strace.ts';
import { forgetVillage, foundVillage, type Village } from './faults/village.ts';
import { equip, learn, pendulum, type Pendulum } from './faults/walk.ts';
import { down, exec, type Host } from './lab.ts';

const long = process.env['CROFT_LAB_LONG'] !== undefined;
const hosts = (process.env['CROFT_LAB_FAULTS'] ?? 'main,dynamic').split(',') as readonly Host[];
/** With CROFT_LAB_KEEP the hosts stay up, and the next time are taken as they were left. */
const isKept = process.env['CROFT_LAB_KEEP'] !== undefined;
const record = join(process.env['CROFT_LAB'] ?? '/var/tmp/croft-lab', 'villages.json');

interface Founded {
  readonly village: Village;
  readonly history: Pendulum;
}

describe('faults on booted hosts', () => {
  let founded: readonly Founded[] = [];
  const at = (index: number): Founded => {
    const one = founded[index % hosts.length];
    if (one === undefined) throw new Error('no village is founded');
    return one;
  };
  const both = (): readonly Pendulum[] => hosts.map((_, index) => at(index).history);

  beforeAll(async () => {
    founded = await kept();
    if (founded.length > 0) return;
    await down();
    founded = await Promise.all(hosts.map(found));
    if (isKept) writeFileSync(record, JSON.stringify(founded));
  });

  afterAll(async () => {
    if (isKept) return;
    for (const { village } of founded) forgetVillage(village);
    await down();
  });

  crash(both, long);
  errors(both, long);

  // Each host has its own stories after that, at the same time.
  const apart = hosts.length > 1 ? describe.concurrent : describe.sequential;
  apart('the one', () => {
    const [village, history] = [() => at(0).village, () => at(0).history];
    power(history, long);
    away(village, history);
    blast(village, history);
  });
  apart('the other', () => {
    const [village, history] = [() => at(1).village, () => at(1).history];
    strace(history);
    fullDisk(history);
    hostile(village, history);
    missing(village, history);
  });
});

async function found(host: Host): Promise<Founded> {
  const village = await foundVillage(host);
  expect(await exec(host, ['croft', 'reconcile'], { timeoutSeconds: 600 })).toMatchObject({ status: 0 });
  await equip(host);
  await seedData(village);
  const history = await pendulum(village, long ? 3000 : 700);
  for (const settled of await learn(history)) expect(settled).toMatchObject({ run: 0, plan: 0, different: [] });
  return { village, history };
}

/** What was kept the last time, where all of it is still there. */
async function kept(): Promise<readonly Founded[]> {
  if (!isKept || !existsSync(record)) return [];
  const all = JSON.parse(readFileSync(record, 'utf8')) as readonly Founded[];
  const there = await Promise.all(all.map(async ({ village }) => existsSync(village.clone) && (await exec(village.host, ['true'])).status === 0));
  if (there.includes(false) || all.map(({ village }) => village.host).join(',') !== hosts.join(',')) return [];
  await Promise.all(hosts.map(equip));
  return all;
}
