import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../../reconciler/model/machine.ts';
import { readAttempts, readPauses, readRollbacks } from '../../../reconciler/plan/standing.ts';
import { noAttempts } from '../../../reconciler/plan/backoff.ts';

const node = { type: 'file', mode: '0644', owner: 'root', group: 'root', sizeBytes: 0, changedAt: 0 } as const;

/** A host on which every file says this; null: there is none. */
function saying(text: string | null): Machine {
  return { name: 'saying', observe: async (probes) => probes.map(() => ({ ask: 'path', node: text === null ? null : { ...node, text } })), perform: async () => {} };
}

const pause = { scope: 'host', units: [], who: 'dana', why: 'x', since: 1, until: 2, byHand: false };
const rollback = { owner: null, to: 'a'.repeat(40), bad: 'b'.repeat(40), who: 'dana', why: 'x', since: 1, until: null };

describe('what a host keeps of what its admins said', () => {
  it('is nothing where there is no file', async () => {
    expect(await readPauses(saying(null))).toEqual({ value: [], lost: false });
    expect(await readAttempts(saying(null))).toEqual(noAttempts);
  });

  it.each([['[', true], ['{}', true], ['null', true], ['[]', false], [JSON.stringify([pause]), false], [JSON.stringify([{ ...pause, until: 'never' }]), true], [JSON.stringify([{ ...pause, units: [1] }]), true]])('pauses: %s', async (text, lost) => {
    expect((await readPauses(saying(text))).lost).toBe(lost);
  });

  it('keeps what is sound beside what is damaged', async () => {
    expect(await readPauses(saying(JSON.stringify([pause, 7])))).toEqual({ value: [pause], lost: true });
    expect(await readRollbacks(saying(JSON.stringify([{ ...rollback, to: '../../etc' }, rollback])))).toEqual({ value: [rollback], lost: true });
  });

  it('survives any text and any JSON', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
      const machine = saying(text);
      for (const read of [readPauses, readRollbacks]) expect((await read(machine)).value.every((one) => typeof one.who === 'string')).toBe(true);
      expect(typeof (await readAttempts(machine)).version).toBe('string');
    }), { numRuns: 2000 });
  });
});
