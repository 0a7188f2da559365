import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { comes } from '../../../reconciler/commands/halves/early.ts';

const room = mkdtempSync(join(tmpdir(), 'croft-early-'));
afterAll(() => rmSync(room, { recursive: true }));
const paths = { request: join(room, 'compile.json'), taken: join(room, 'compile.json.taken') };

/** As root puts it there: a file of its own each time, also where it says the same. */
function ask(): void {
  writeFileSync(join(room, 'staged'), 'the same words');
  renameSync(join(room, 'staged'), paths.request);
}

describe('a half that was begun before anybody asked', () => {
  beforeEach(() => {
    for (const path of Object.values(paths)) rmSync(path, { force: true });
  });

  it('takes a request that is there, once', async () => {
    ask();
    expect(await comes(paths, 0)).toBe(true);
    expect(await comes(paths, 40)).toBe(false);
  });

  it('takes the next one for another, whatever it says', async () => {
    ask();
    expect(await comes(paths, 0)).toBe(true);
    ask();
    expect(await comes(paths, 0)).toBe(true);
  });

  it('takes one that comes while it waits, where there was none and where there was an old one', async () => {
    for (const _ of ['none', 'an old one']) {
      const waiting = comes(paths, 50_000);
      setTimeout(ask, 30);
      expect(await waiting).toBe(true);
    }
  });

  it('ends where none comes, and has taken nothing', async () => {
    expect(await comes(paths, 40)).toBe(false);
    expect(existsSync(paths.taken)).toBe(false);
  });
});
