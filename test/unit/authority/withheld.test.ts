import { describe, expect, test } from 'vitest';
import { suspicions, type Own, type View } from '../../../reconciler/authority/withheld.ts';
import type { HostReport, Relation, Told } from '../../../reconciler/model/host-report.ts';

const now = 1_700_000_000;
const minutes = 60;
const [ours, theirs] = ['a'.repeat(40), 'b'.repeat(40)];
const own: Own = { host: 'dynamic', published: null, unanswered: [] };

function report(more: Partial<HostReport> = {}): HostReport {
  return { host: 'main', commit: ours, tree: 'c'.repeat(40), since: now - 60 * minutes, time: now - 2 * minutes, version: '0.1.0', holds: [], failed: [], drift: [], pauses: [], rollbacks: [], counts: { holds: 0, failed: 0, drift: 0 }, unchanged: 7, ...more };
}

function told(more: Partial<HostReport> = {}, oid = 'd'.repeat(40)): Told {
  const said = report(more);
  return { host: said.host, oid, believed: true, report: said };
}

function view(relation: Relation, more: Partial<View> = {}): View {
  return { now, signers: ['dynamic', 'main'], relations: new Map([[ours, 'same'], [theirs, relation]]), ...more };
}

describe('what a remote keeps back', () => {
  test.each<{ readonly name: string; readonly said: Partial<HostReport>; readonly relation: Relation; readonly expected: readonly RegExp[] }>([
    { name: 'nothing, when the other host is where we are', said: {}, relation: 'same', expected: [] },
    { name: 'nothing, when the other host is behind', said: { commit: theirs }, relation: 'older', expected: [] },
    { name: 'nothing yet, when the other host moved on four minutes ago', said: { commit: theirs, since: now - 4 * minutes }, relation: 'unknown', expected: [] },
    { name: 'nothing yet, at five minutes to the second', said: { commit: theirs, since: now - 5 * minutes }, relation: 'unknown', expected: [] },
    { name: 'a commit that we never saw, after five minutes', said: { commit: theirs, since: now - 5 * minutes - 1 }, relation: 'unknown', expected: [/^main reports commit b{40} for 5 minutes now, and this remote does not give it to us: /] },
    { name: 'a commit that we know and are no longer given', said: { commit: theirs, since: now - 9 * minutes }, relation: 'newer', expected: [/^main reports commit b{40} for 9 minutes now, and this remote does not give it to us although it comes after ours/] },
    { name: 'another history, at once', said: { commit: theirs, since: now }, relation: 'elsewhere', expected: [/^main is at commit b{40}, which is on another line of history/] },
    { name: 'everything, when no other host was heard of for more than an hour', said: { time: now - 61 * minutes }, relation: 'same', expected: [/^no other host's report on this remote is newer than an hour: main may be down/] },
    { name: 'everything, when the only other report is dated far ahead', said: { time: now + 61 * minutes }, relation: 'same', expected: [/^no other host's report/] },
  ])('$name', ({ said, relation, expected }) => {
    const found = suspicions(own, [told(said)], view(relation));
    expect(found).toEqual(expected.map((each) => expect.stringMatching(each) as string));
  });

  test('a report that is not believed moves nobody, and is no sign of life', () => {
    const forged: Told = { host: 'main', oid: 'd'.repeat(40), believed: false, why: 'it is not signed' };
    expect(suspicions(own, [forged], view('elsewhere'))).toEqual([expect.stringMatching(/^no other host's report/)]);
  });

  test('a host that is alone in signing reports expects none', () => {
    expect(suspicions(own, [], view('same', { signers: ['dynamic'] }))).toEqual([]);
    expect(suspicions(own, [], view('same', { signers: [] }))).toEqual([]);
  });

  test('one fresh report of several is enough to be at ease', () => {
    const others = [told({ host: 'main', time: now - 90 * minutes }), told({ host: 'shell' })];
    expect(suspicions(own, others, view('same', { signers: ['dynamic', 'main', 'shell'] }))).toEqual([]);
    expect(suspicions(own, others.slice(0, 1), view('same', { signers: ['dynamic', 'main', 'shell'] }))).toEqual([expect.stringMatching(/all 2 may be down/)]);
  });
});

describe('what became of the report that this host pushed', () => {
  const published = { oid: 'e'.repeat(40), time: now - 3 * minutes };
  const itself = { host: 'dynamic', published, unanswered: [] };
  const found = (mine: readonly Told[]): readonly string[] => suspicions(itself, [told(), ...mine], view('same'));

  test('it is where it was put', () => {
    expect(found([told({ host: 'dynamic' }, published.oid)])).toEqual([]);
  });

  test('it has vanished', () => {
    expect(found([])).toEqual(['the report that this host pushed has vanished from this remote']);
  });

  test('an older one of its own was put back', () => {
    expect(found([told({ host: 'dynamic', time: now - 50 * minutes })])).toEqual(['the report that this host pushed was replaced on this remote by an older one, of 2023-11-14T21:23:20Z']);
  });

  test('one is there that it pushed since, and nobody said that it was taken', () => {
    const mine = told({ host: 'dynamic', time: now - minutes }, 'f'.repeat(40));
    expect(suspicions({ ...itself, unanswered: ['a'.repeat(40), mine.oid, 'b'.repeat(40)] }, [told(), mine], view('same'))).toEqual([]);
  });

  test('a newer one is there that it did not make', () => {
    expect(found([told({ host: 'dynamic', time: now - minutes })])).toEqual([expect.stringContaining('somebody else may have its key')]);
  });

  test('something else is there', () => {
    expect(found([{ host: 'dynamic', oid: 'f'.repeat(40), believed: false, why: 'it is not signed' }])).toEqual([expect.stringMatching(/replaced on this remote by another, which is not believed: it is not signed$/)]);
  });

  test('a host that never pushed one misses none', () => {
    expect(suspicions(own, [told()], view('same'))).toEqual([]);
  });
});
