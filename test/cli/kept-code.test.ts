import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
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
});
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

/** How long nothing must have changed before a run notes down how the host stands. */
const settlingMs = 2500;

describe('the code that is kept', () => {
  it('is taken as it is', () => {
    const script = `const croft = require(${JSON.stringify(join(copy, 'croft.cjs'))}); const opened = croft.open(); console.log(JSON.stringify(opened.parts.map((_, index) => croft.compiled(croft.load(opened, index)).cachedDataRejected)))`;
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

describe('the texts that are read', () => {
  let work: string;
  let reconcile: readonly string[];

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'croft-texts-'));
    copyFileSync(join(copy, 'program.cjs'), join(work, 'program.cjs'));
    reconcile = ['reconcile', '--repo', join(work, 'coop'), '--host', 'one', '--root', join(work, 'one')];
    expect(ask('init', join(work, 'coop'), '--domain', 'meadow.example', '--admin', 'ada', '--email', 'ada@elsewhere.example', '--host', 'one')).toMatchObject({ status: 0 });
    expect(ask(...reconcile)).toMatchObject({ status: 0 });
    await pause(settlingMs);
    expect(ask(...reconcile)).toMatchObject({ status: 0 });
  });
  afterAll(() => rmSync(work, { recursive: true }));

  /** Overwrite all other texts, and say what croft says then. */
  function askOf(texts: readonly number[], ...words: readonly string[]): object {
    const program = readFileSync(join(work, 'program.cjs'));
    for (const [index, { at, length }] of starter().open().parts.entries()) if (!texts.includes(index)) program.fill('!', at, at + length);
    writeFileSync(join(copy, 'program.cjs'), program);
    rmSync(join(copy, 'program.code'), { force: true });
    try {
      return ask(...words);
    } finally {
      copyFileSync(join(work, 'program.cjs'), join(copy, 'program.cjs'));
    }
  }

  it('are small where there is nothing to do', () => {
    const [edge = { length: 0 }, run = { length: 0 }] = starter().open().parts;
    expect(edge.length).toBeLessThan(25_000);
    expect(run.length).toBeLessThan(378_000);
  });

  it('are one for the edge itself', () => {
    expect(askOf([0], '--version')).toMatchObject({ status: 0, stderr: '' });
    expect(askOf([0], 'check', '--help')).toMatchObject({ status: 70 });
  });

  it('are two for a run that has nothing to do, and one for the directory that plays a host', () => {
    expect(askOf([0, 1, 2], ...reconcile)).toEqual({ status: 0, stdout: expect.stringContaining('nothing changed') as unknown, stderr: '' });
    expect(askOf([0, 2], ...reconcile)).toMatchObject({ status: 70 });
  });

  it('have node compile nothing of its own anew', () => {
    const counter = join(work, 'counter.cjs');
    writeFileSync(counter, `const builtins = require('internal/test/binding').internalBinding('builtins');
process.on('exit', () => require('fs').writeSync(1, JSON.stringify([...(builtins.getCacheUsage?.() ?? builtins).compiledWithoutCache ?? []]) + '\\n'));`);
    const { stdout } = spawnSync(process.execPath, ['--no-warnings', '--expose-internals', '--require', counter, join(copy, 'croft.cjs'), ...reconcile], { encoding: 'utf8' });
    expect(stdout.trim().split('\n')).toEqual([expect.stringContaining('nothing changed'), '[]']);
  });

  it('are what a change needs for a change: neither git’s packs nor ssh, nor what other commands need', () => {
    writeFileSync(join(work, 'coop/desired-state/coop/zones/meadow.example.yaml'), 'records: [{ name: note, type: TXT, text: hello }]\n');
    for (const words of [['add', '.'], ['-c', 'user.name=ada', '-c', 'user.email=ada@elsewhere.example', 'commit', '-qm', 'note']]) expect(spawnSync('git', ['-C', join(work, 'coop'), ...words])).toMatchObject({ status: 0 });
    expect(askOf([0, 1, 2, 3, 7, 8], ...reconcile)).toEqual({ status: 0, stdout: expect.stringContaining('done in') as unknown, stderr: '' });
  });
});
