import { expect, it } from 'vitest';
import type { Run } from '../../reconciler/model/kind.ts';
import type { Id, Resource, State } from '../../reconciler/model/resource.ts';
import { fingerprint } from '../../reconciler/model/state.ts';
import { directory, directoryKind, extraEntries } from '../../reconciler/resources/directory.ts';
import { file } from '../../reconciler/resources/file.ts';
import { unit, unitKind } from '../../reconciler/resources/unit.ts';
import { provenance } from './cases.ts';

const sites = directory('/etc/apache2/croft/sites', { exclusive: true }, provenance);
const one = file('/etc/apache2/croft/sites/one.conf', { text: 'one' }, provenance);
const apache = unit('apache2.service', { active: true, load: { reads: ['/etc/apache2/croft/'], reload: ['systemctl', 'reload', 'apache2.service'] } }, provenance);

function run(resources: readonly Resource[], observed: Iterable<readonly [Id, State | null]> = []): Run {
  return { resources, observed: new Map(observed) };
}

it('calls extra what no resource accounts for, itself or by what is below it, tombstones counting', () => {
  const tombstone = { ...file('/d/gone', { text: '' }, provenance), desired: null };
  const accounted = new Set(['/d/a', '/d/sub/deep', tombstone.name, '/elsewhere/x', '/d', 'apache2.service']);
  expect(extraEntries('/d', ['a', 'b', 'gone', 'sub', 'x'], accounted)).toEqual(['b', 'x']);
});

it('does not call extra what croft itself has staged, but what only looks like it', () => {
  expect(extraEntries('/d', ['.a.conf.croft-0123456789abcdef', '.a.conf.croft-', '.hidden', 'croft-0123456789abcdef'], new Set())).toEqual([
    '.a.conf.croft-', '.hidden', 'croft-0123456789abcdef',
  ]);
});

it('finishes an exclusive directory with what is extra, printable and cut where it was joined', () => {
  const read = { type: 'directory', mode: '0755', owner: 'root', group: 'root', entries: 'a,b.conf/one.conf/x\n.conf/\u202eevil/%.conf' };
  const state = directoryKind.settle?.(sites, read, run([sites, one]));
  expect(state).toEqual({ type: 'directory', mode: '0755', owner: 'root', group: 'root', extra: 'a%2Cb.conf,x%0A.conf,%E2%80%AEevil,%25.conf' });
  const steps = directoryKind.steps(sites, { actual: state ?? null, observed: new Map(), inputs: [], touched: new Set(), time: 0, now: 0 });
  expect(steps.map((step) => ('path' in step ? step.path : ''))).toEqual(['a,b.conf', 'x\n.conf', '\u202eevil', '%.conf'].map((name) => `${sites.name}/${name}`));
});

it('finishes an exclusive directory with nothing extra to the desired state', () => {
  const read = { type: 'directory', mode: '0755', owner: 'root', group: 'root', entries: 'one.conf' };
  expect(directoryKind.settle?.(sites, read, run([sites, one]))).toEqual(sites.desired);
  expect(directoryKind.settle?.(sites, { ...read, entries: '' }, run([sites]))).toEqual(sites.desired);
});

it('leaves other directories and what is no directory as they were read', () => {
  const plain = directory('/etc/apache2/croft', {}, provenance);
  for (const state of [null, plain.desired, { type: 'link', target: '/tmp' }]) expect(directoryKind.settle?.(plain, state, run([plain]))).toEqual(state);
});

it('lets a stamp stand that is the fingerprint of what is on the host', () => {
  const observed = new Map([[one.id, one.desired]] as const);
  const state = { active: true, loaded: fingerprint([one], observed) };
  expect(unitKind.settle?.(apache, state, run([apache, one], observed))).toEqual(state);
});

it('calls stale what a daemon has loaded of files that are different now', () => {
  const state = { active: true, loaded: fingerprint([one], new Map([[one.id, one.desired]])) };
  expect(unitKind.settle?.(apache, state, run([apache, one], [[one.id, null]]))).toEqual({ active: true, loaded: 'stale' });
});

it('calls stale what an older croft stamped, a digest of all of them', () => {
  const state = { active: true, loaded: `sha256:${'0'.repeat(64)}` };
  expect(unitKind.settle?.(apache, state, run([apache, one]))).toEqual({ active: true, loaded: 'stale' });
});

it('leaves an unknown stamp, and a unit that loads nothing or is not there', () => {
  expect(unitKind.settle?.(apache, { active: true, loaded: 'unknown' }, run([apache]))).toEqual({ active: true, loaded: 'unknown' });
  expect(unitKind.settle?.(apache, null, run([apache]))).toBeNull();
  const cron = unit('cron.service', { active: true }, provenance);
  expect(unitKind.settle?.(cron, { active: true }, run([cron]))).toEqual({ active: true });
});

it('announces by taking the stamp away, where there is one to take', () => {
  expect(unitKind.announce?.(apache)).toEqual([{ do: 'remove', path: '/var/lib/croft/loaded/apache2.service' }]);
  expect(unitKind.announce?.(unit('cron.service', { active: true }, provenance))).toEqual([]);
});
