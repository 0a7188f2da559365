import { describe, expect, it } from 'vitest';
import { scopeOf } from '../../../reconciler/commands/scope.ts';
import { untilOf } from '../../../reconciler/commands/until.ts';
import { emptyLedger } from '../../../reconciler/model/guard.ts';
import type { Inventory } from '../../../reconciler/model/plan.ts';

const source = { file: 'x', line: 1, column: 1 };
const entry = (owner: 'coop' | `member:${string}`, rows = {}) => ({ owner, source, left: null, rows });
const inventory: Inventory = {
  revision: null,
  ledger: emptyLedger,
  entries: new Map([
    ['unit:apache2.service', entry('coop')], ['unit:named.service', entry('coop')], ['unit:postfix@-.service', entry('coop')], ['unit:dovecot.service', entry('coop')],
    ['table:/var/lib/extrausers/passwd', entry('coop', { eve: 'member:eve' })], ['file:/etc/apache2/croft/sites/blog.ada.example.conf', entry('member:ada')], ['directory:/etc/apache2/croft/sites', entry('coop')],
  ]),
};

describe('what a word means on a host', () => {
  it.each([
    ['host', 'host', []], ['coop', 'coop', []], ['ada', 'member:ada', []], ['member:ada', 'member:ada', []], ['eve', 'member:eve', []], ['member:new', 'member:new', []],
    ['apache', 'service:apache', ['apache2.service']], ['apache2', 'unit:apache2.service', ['apache2.service']], ['apache2.service', 'unit:apache2.service', ['apache2.service']],
    ['unit:apache2.service', 'unit:apache2.service', ['apache2.service']], ['dns', 'service:dns', ['named.service']], ['mail', 'service:mail', ['postfix@-.service', 'dovecot.service']],
    ['/etc/apache2/croft/sites/blog.ada.example.conf', 'file:/etc/apache2/croft/sites/blog.ada.example.conf', []], ['/etc/apache2/croft/sites/', 'directory:/etc/apache2/croft/sites', []],
    ['table:/var/lib/extrausers/passwd', 'table:/var/lib/extrausers/passwd', []],
  ])('%s', (word, scope, units) => expect(scopeOf(word, inventory)).toEqual({ scope, units }));

  it.each([['adda', /did you mean ada/], ['apach', /did you mean apache/], ['ssh', /cannot find ssh/], ['/etc/shadow', /among what croft has made/], ['member:../x', /cannot find/], ['constructor', /cannot find/]])('%s is nothing', (word, said) => expect(() => scopeOf(word, inventory)).toThrow(said));
});

describe('until when', () => {
  const now = Date.parse('2026-11-28T12:00:00Z');
  const until = (written: string): string => new Date((untilOf({ positionals: [], values: { until: written } }, { now: () => now }) ?? 0) * 1000).toISOString();
  it.each([
    ['90m', '2026-11-28T13:30:00.000Z'], ['2h', '2026-11-28T14:00:00.000Z'], ['3d', '2026-12-01T12:00:00.000Z'], ['1w', '2026-12-05T12:00:00.000Z'],
    ['2026-12-01', '2026-12-02T00:00:00.000Z'], ['2026-12-01T18:00Z', '2026-12-01T18:00:00.000Z'], ['2026-12-01 18:00', '2026-12-01T18:00:00.000Z'], ['2026-12-01T18:00+02:00', '2026-12-01T16:00:00.000Z'], ['2027-02-28', '2027-03-01T00:00:00.000Z'],
  ])('%s', (written, moment) => expect(until(written)).toBe(moment));

  it.each(['', '0h', '2', 'h', 'tomorrow', '2026-02-30', '2026-13-01', '2026-12-01T25:00Z', '2026-11-27', '2026-11-28T11:59Z', '2099-01-01', '-2h', '2h ', '9999999999h'])('%j is no time', (written) => expect(() => until(written)).toThrow(/cannot use --until/));

  it('is not asked for where none is given', () => expect(untilOf({ positionals: [], values: {} }, { now: () => now })).toBeNull());
});
