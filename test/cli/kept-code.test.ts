import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { build, isStale } from '../../scripts/build.mjs';

interface Loaded {
  readonly code: Uint8Array | null;
}

interface Opened {
  readonly parts: readonly { readonly at: number; readonly length: number }[];
}

interface Starter {
  open(): Opened;
  load(opened: Opened, index: number): Loaded;
}

const dist = join(import.meta.dirname, '../../dist');
let copy: string;
let good: Buffer;
const built = 1_795_000_000;

beforeAll(async () => {
  if (isStale()) await build();
  copy = mkdtempSync(join(tmpdir(), 'croft-dist-'));
  cpSync(dist, copy, { recursive: true });
  utimesSync(join(copy, 'program.cjs'), built, built);
  keep();
  good = kept();
}, 60_000);
beforeEach(() => {
  utimesSync(join(copy, 'program.cjs'), built, built);
  writeFileSync(join(copy, 'program.code'), good);
});
afterAll(() => rmSync(copy, { recursive: true }));

function keep(): void {
  expect(spawnSync(process.execPath, [join(copy, 'keep-code.cjs')], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: '', stderr: '' });
}

const starter = (): Starter => createRequire(import.meta.url)(join(copy, 'croft.cjs')) as Starter;
const loaded = (): readonly Loaded[] => {
  const opened = starter().open();
  return opened.parts.map((_, index) => starter().load(opened, index));
};
const kept = (): Buffer => readFileSync(join(copy, 'program.code'));
const ask = (...words: readonly string[]): object => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(copy, 'croft.cjs'), ...words], { encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe('the code that is kept', () => {
  it('is taken as it is', () => {
    const script = `const croft = require(${JSON.stringify(join(copy, 'croft.cjs'))}); croft.setFlags(); const opened = croft.open(); console.log(JSON.stringify(opened.parts.map((_, index) => croft.compiled(croft.load(opened, index)).cachedDataRejected)))`;
    expect(JSON.parse(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout)).toEqual(loaded().map(() => false));
  });

  const spoilt: readonly { readonly name: string; spoil(): void }[] = [
    { name: 'missing', spoil: () => rmSync(join(copy, 'program.code')) },
    { name: 'empty', spoil: () => writeFileSync(join(copy, 'program.code'), '') },
    { name: 'cut short', spoil: () => writeFileSync(join(copy, 'program.code'), kept().subarray(0, -1)) },
    { name: 'another node’s', spoil: () => writeFileSync(join(copy, 'program.code'), kept().toString('latin1').replace(process.version, process.version.replace(/\d$/, 'x')), 'latin1') },
    { name: 'another program’s', spoil: () => utimesSync(join(copy, 'program.cjs'), built + 1, built + 1) },
    ...[0, 1, 60, 130, 200, 1000, 5000, 50_000, -5000, -1].map((at) => ({ name: `damaged at ${at}`, spoil: () => {
      const bytes = kept();
      bytes[(at + bytes.length) % bytes.length] = (bytes.at(at) ?? 0) ^ 0x55;
      writeFileSync(join(copy, 'program.code'), bytes);
    } })),
  ];

  it.each(spoilt)('is not used when it is $name, and croft says the same', ({ spoil }) => {
    const said = ask('check', '--help');
    spoil();
    expect(loaded().some(({ code }) => code === null)).toBe(true);
    expect(ask('check', '--help')).toEqual(said);
    expect(ask('nonsense')).toMatchObject({ status: 1 });
  });

  it('is made anew over what is damaged', () => {
    writeFileSync(join(copy, 'program.code'), 'nothing');
    keep();
    expect(loaded().every(({ code }) => code !== null)).toBe(true);
  });
});

/** How long nothing must have changed before a run notes down how the host stands. */
const settlingMs = 2500;

it('is the first text alone that a run reads which has nothing to do', async () => {
  const work = mkdtempSync(join(tmpdir(), 'croft-first-text-'));
  try {
    const reconcile = ['reconcile', '--repo', join(work, 'coop'), '--host', 'one', '--root', join(work, 'one')];
    expect(ask('init', join(work, 'coop'), '--domain', 'meadow.example', '--admin', 'ada', '--email', 'ada@elsewhere.example', '--host', 'one')).toMatchObject({ status: 0 });
    expect(ask(...reconcile)).toMatchObject({ status: 0 });
    await pause(settlingMs);
    expect(ask(...reconcile)).toMatchObject({ status: 0 });
    const program = readFileSync(join(copy, 'program.cjs'));
    const [first = { at: 0, length: 0 }] = starter().open().parts;
    truncateSync(join(copy, 'program.cjs'), first.at + first.length);
    const said = [ask(...reconcile), ask('check', '--help')];
    writeFileSync(join(copy, 'program.cjs'), program);
    expect(said).toEqual([{ status: 0, stdout: expect.stringContaining('nothing changed') as unknown, stderr: '' }, expect.objectContaining({ status: 70 })]);
  } finally {
    rmSync(work, { recursive: true });
  }
});
