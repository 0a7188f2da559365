import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pamLimits, parsePamLimits, type PamLimit } from '../../../reconciler/formats/pam-limits.ts';
import { encoded, text } from '../../../reconciler/formats/text.ts';
import { userName } from '../../../reconciler/model/grammar/names.ts';
import type { UserName } from '../../../reconciler/model/values.ts';

const source = { file: 'desired-state/hosts/main.yaml', line: 1, column: 1 };
const users = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).map(userName).filter((name): name is UserName => name !== null);
const limits: fc.Arbitrary<PamLimit> = fc.record({
  domain: users.map((name) => text(name)), value: fc.nat(),
  type: fc.constantFrom('hard', 'soft', '-'), item: fc.constantFrom('core', 'maxlogins', 'nofile', 'nproc'),
});

describe('session limits', () => {
  it('are read back as they were meant', () => {
    fc.assert(fc.property(fc.array(limits, { maxLength: 6 }), (all) => {
      expect(parsePamLimits(pamLimits(source, all))).toEqual(all.map(({ domain, type, item, value }) => [domain, type, item, String(value)]));
    }));
  });

  it.each(['ada root', '*', '#ada', '', '1:2'])('refuse the domain %j', (domain) => {
    expect(() => pamLimits(source, [{ domain: encoded(domain), type: 'hard', item: 'core', value: 0 }])).toThrow('cannot');
  });

  it.each([-1, 0.5, Number.NaN])('refuse the value %d', (value) => {
    expect(() => pamLimits(source, [{ domain: text('ada'), type: 'hard', item: 'core', value }])).toThrow('cannot');
  });
});
