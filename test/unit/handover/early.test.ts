import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { comes, type Found } from '../../../reconciler/commands/halves/early.ts';

const room = mkdtempSync(join(tmpdir(), 'croft-early-'));
afterAll(() => rmSync(room, { recursive: true }));
const paths = { request: join(room, 'asked/compile.json'), taken: join(room, 'compile.json.taken') };
const kicks = join(room, 'kicks');

/** As root puts it there: a file of its own each time, also where it says the same. */
function ask(): void {
  writeFileSync(join(room, 'asked/staged'), 'the same words');
  renameSync(join(room, 'asked/staged'), paths.request);
}

function wait(patience: number, kicked: () => void = () => {}): Promise<Found> {
  return comes(paths, { patience, kicks, kicked });
}

describe('a half that was begun before anybody asked', () => {
  beforeEach(() => {
    rmSync(room, { recursive: true });
    for (const path of [room, join(room, 'asked'), kicks]) mkdirSync(path);
  });

  it('takes a request that is there, once', async () => {
    ask();
    expect(await wait(0)).toBe('there');
    expect(await wait(40)).toBe('none');
  });

  it('takes the next one for another, whatever it says', async () => {
    ask();
    expect(await wait(0)).toBe('there');
    ask();
    expect(await wait(0)).toBe('there');
  });

  it('takes one that comes while it waits, where there was none and where there was an old one', async () => {
    for (const _ of ['none', 'an old one']) {
      const waiting = wait(50_000);
      setTimeout(ask, 30);
      expect(await waiting).toBe('later');
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

  it('hears of a second kick, and not of what root takes away', async () => {
    let kicked = 0;
    const waiting = wait(300, () => (kicked += 1));
    for (const delay of [30, 60]) setTimeout(() => writeFileSync(join(kicks, 'now'), ''), delay);
    setTimeout(() => rmSync(join(kicks, 'now')), 90);
    expect(await waiting).toBe('none');
    expect(kicked).toBe(2);
  });

  it('waits all the same where nobody leaves word of kicks, and says so where nobody can ask', async () => {
    rmSync(kicks, { recursive: true });
    expect(await wait(40)).toBe('none');
    rmSync(join(room, 'asked'), { recursive: true });
    await expect(wait(40)).rejects.toThrow(/ENOENT/);
  });
});
