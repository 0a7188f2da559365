import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { nameOf } from '../../../reconciler/commands/halves/spool.ts';
import { comes, markTaken, type Became, type Found } from '../../../reconciler/commands/halves/early.ts';

const room = mkdtempSync(join(tmpdir(), 'croft-early-'));
afterAll(() => rmSync(room, { recursive: true }));
const paths = { request: join(room, 'asked/compile.json'), taken: join(room, 'compile.json.taken'), waits: join(room, 'compile.json.waits') };
const kicks = join(room, 'kicks');

/** Answer the request that is there. */
function answer(): void {
  markTaken(paths, nameOf(paths.request) ?? '');
}

/** As root puts it there: a file of its own each time, also where it says the same. */
function ask(): void {
  writeFileSync(join(room, 'asked/staged'), 'the same words');
  renameSync(join(room, 'asked/staged'), paths.request);
}

function wait(patience: number, kicked: (became: Became) => void = () => {}): Promise<Found> {
  return comes(paths, { patience, kicks, kicked });
}

describe('a half that was begun before anybody asked', () => {
  beforeEach(() => {
    rmSync(room, { recursive: true });
    for (const path of [room, join(room, 'asked'), kicks]) mkdirSync(path);
  });

  it('finds a request that is there, until it is answered', async () => {
    ask();
    for (const _ of ['ended without an answer', 'answers']) expect(await wait(0)).toBe('there');
    answer();
    expect(await wait(40)).toBe('none');
  });

  it('takes the next one for another, whatever it says', async () => {
    ask();
    expect(await wait(0)).toBe('there');
    answer();
    ask();
    expect(await wait(0)).toBe('there');
  });

  it('takes one that comes while it waits, where there was none and where there was an old one', async () => {
    for (const _ of ['none', 'an old one']) {
      const waiting = wait(50_000);
      expect(existsSync(paths.waits)).toBe(true);
      setTimeout(ask, 30);
      expect(await waiting).toBe('later');
      expect(existsSync(paths.waits)).toBe(false);
      answer();
    }
  });

  it('is not woken by what else is written beside it', async () => {
    const waiting = wait(100);
    setTimeout(() => writeFileSync(join(room, 'asked/lock'), ''), 10);
    expect(await waiting).toBe('none');
  });

  it('ends where none comes, and has taken nothing', async () => {
    expect(await wait(40)).toBe('none');
    expect(existsSync(paths.taken)).toBe(false);
  });

  it('hears of a kick, and goes on waiting', async () => {
    let kicked = 0;
    const waiting = wait(50_000, () => {
      kicked += 1;
      ask();
    });
    setTimeout(() => writeFileSync(join(kicks, 'now'), ''), 30);
    expect(await waiting).toBe('later');
    expect(kicked).toBe(1);
  });

  it('hears of a second kick, of what root takes away, and of nothing else', async () => {
    const heard: Became[] = [];
    const waiting = wait(400, (became) => heard.push(became));
    for (const [index, file] of ['now', 'other', 'now'].entries()) setTimeout(() => writeFileSync(join(kicks, file), ''), 50 * (index + 1));
    setTimeout(() => rmSync(join(kicks, 'now')), 200);
    expect(await waiting).toBe('none');
    expect(heard).toEqual(['rename', 'change', 'rename']);
  });

  it('waits all the same where nobody leaves word of kicks, and says so where nobody can ask', async () => {
    rmSync(kicks, { recursive: true });
    expect(await wait(40)).toBe('none');
    rmSync(join(room, 'asked'), { recursive: true });
    await expect(wait(40)).rejects.toThrow(/ENOENT/);
  });
});
