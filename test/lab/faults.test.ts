/** One booted host that carries everything, and whatever can go wrong on it. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { crash, seedData } from './faults/crash.ts';
import { errors } from './faults/errors.ts';
import { power } from './faults/power.ts';
import { forgetVillage, foundVillage, type Village } from './faults/village.ts';
import { equip, pendulum, type Pendulum } from './faults/walk.ts';
import { down, exec } from './lab.ts';

const long = process.env['CROFT_LAB_LONG'] !== undefined;
let founded: { readonly village: Village; readonly history: Pendulum } | undefined;

function there(): { readonly village: Village; readonly history: Pendulum } {
  if (founded === undefined) throw new Error('the village is not founded');
  return founded;
}

describe('faults on a booted host', () => {
  beforeAll(async () => {
    await down();
    const village = await foundVillage('main');
    expect(await exec(village.host, ['croft', 'reconcile'], { timeoutSeconds: 600 })).toMatchObject({ status: 0 });
    await equip(village.host);
    await seedData(village);
    founded = { village, history: await pendulum(village, long ? 2600 : 700) };
  });

  afterAll(async () => {
    if (process.env['CROFT_LAB_KEEP'] !== undefined) return;
    if (founded !== undefined) forgetVillage(founded.village);
    await down();
  });

  crash(() => there().village, () => there().history);
  errors(() => there().history, long);
  power(() => there().history, long);
});
