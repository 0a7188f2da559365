import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoryHost } from '../../scenarios/drive.ts';
import { carols, files, regular } from './guard/case.ts';
import { told, weigh, withHost } from './guard/rig.ts';

describe('a host whose inventory is lost', () => {
  const lose = (host: StoryHost): void => rmSync(join(host.directory, 'var/lib/croft/inventory.jsonl'));

  it('gives nobody what was put aside of a former member all the same', async () => {
    await withHost({ between: carols }, async (host, after) => {
      lose(host);
      const { guarded, stopped } = await weigh(host, after({ ...regular('carol', 10_004), ...regular('zed', 10_077) }));
      expect([told(guarded), stopped]).toEqual([['former-member member:carol member:carol 1'], false]);
    });
  });

  it('minds nobody who is retired and whose data is where it is to be', async () => {
    const retired = { ...files(['members/bob/vhosts/app.bob.example.yaml', 'members/bob/zones/bob.example.yaml'], null), ...regular('bob', 10_003, 'state: retired\n') };
    await withHost({ between: retired }, async (host, after) => {
      lose(host);
      expect(existsSync(join(host.directory, 'home/.retired'))).toBe(true);
      expect((await weigh(host, after({}))).guarded).toEqual([]);
    });
  });
});
