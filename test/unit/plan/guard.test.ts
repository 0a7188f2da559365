/**
 * Each guard stops what would destroy too much; the entry that it prints, taken as it is, lets exactly that pass; one more is stopped
 * again. Everything is done on hosts that are directories, made by one commit and asked for the next. The cases are in guard/, by what
 * they are about.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { perform } from '../../../reconciler/reconcile.ts';
import type { Restrained } from '../../../reconciler/restrain.ts';
import { guardNames } from '../../../reconciler/model/guard.ts';
import { trade, understood } from '../../scenarios/drive.ts';
import type { Case } from './guard/case.ts';
import { harmlessOfCoop, ofCoop } from './guard/coop.ts';
import { harmlessOfDomains, ofDomains } from './guard/domains.ts';
import { harmlessOfMembers, ofMembers } from './guard/members.ts';
import { allowing, list, now, told, weigh, weigher, withHost } from './guard/rig.ts';
import { harmlessOfSites, ofSites } from './guard/sites.ts';

const cases = [...ofSites, ...ofMembers, ...ofDomains, ...ofCoop];
const harmless = [...harmlessOfSites, ...harmlessOfMembers, ...harmlessOfDomains, ...harmlessOfCoop];
const dayMilliseconds = 24 * 60 * 60 * 1000;

/** By the same guard, and for the entry that would let it pass one more. */
function isStoppedAgain({ guarded, moreBy }: Case, larger: Restrained): void {
  const names = new Set([...guarded.map((line) => line.split(' ')[0]), moreBy]);
  expect(told(larger.guarded).filter((line) => names.has(line.split(' ')[0]))).not.toEqual([]);
}

it.each(guardNames)('there is a case of %s that is stopped, allowed, and stopped again when it is larger', (name) => {
  const its = cases.filter(({ guarded }) => guarded.some((line) => line.startsWith(`${name} `)));
  expect(its.filter(({ more, moreBefore, moreBy }) => moreBy === undefined && (more ?? moreBefore) !== undefined)).not.toEqual([]);
});

describe.each(cases.map((each) => [each.name, each] as const))('%s', (_, each) => {
  const weigh = weigher(each);

  it('is stopped, told with an entry that lets exactly that pass, and stopped again when it is more, too late, or about something else', async () => {
    await withHost(each, async (host, after) => {
      const { guarded } = await weigh(host, after(each.commit));
      expect(told(guarded)).toEqual(each.guarded);
      for (const { message, where } of guarded) expect([message, where]).toEqual([expect.stringMatching(/^cannot /), `desired-state/${list}`]);
      const allowed = await weigh(host, after(each.commit, allowing(guarded)));
      const used = guarded.map(({ code, object, count }) => `the allowance of ${code.replace('guard/', '')} for ${object} lets ${count} pass: say why (desired-state/${list}:`);
      expect([told(allowed.guarded), allowed.stopped, allowed.notices.filter((notice) => !/^(?:retires|restores) /.test(notice)).map((notice) => notice.replace(/[0-9]+\)$/, ''))]).toEqual([[], false, used]);
      const late = await weigh(host, after(each.commit, allowing(guarded)), now + 15 * dayMilliseconds);
      expect(told(late.guarded)).toEqual(each.guarded);
      expect(late.notices.filter((notice) => !/^(?:retires|restores) /.test(notice))).toEqual(guarded.map(({ object }) => expect.stringContaining(`for ${object} ended on 2026-06-29`)));
      const lastDay = await weigh(host, after(each.commit, allowing(guarded)), Date.parse('2026-06-29T23:59:59Z'));
      expect(told(lastDay.guarded)).toEqual([]);
      const elsewhere = await weigh(host, after(each.commit, allowing(guarded, (allow) => allow.replace(/object: "[^"]*"/, 'object: "member:nobody"'))));
      expect(told(elsewhere.guarded)).toEqual(each.guarded);
      const fewer = guarded.filter(({ count }) => count > 1);
      const scarce = await weigh(host, after(each.commit, allowing(guarded, (allow) => allow.replace(/count: (\d+)/, (_whole, count: string) => `count: ${Math.max(1, Number(count) - 1)}`))));
      expect(told(scarce.guarded)).toEqual(told(fewer));
      if (each.more !== undefined) isStoppedAgain(each, await weigh(host, after(each.more, allowing(guarded))));
      if (each.moreBefore === undefined) return;
      await withHost({ ...each, before: { ...each.before, ...each.moreBefore } }, async (other, later) => {
        isStoppedAgain(each, await weigh(other, later(each.commit, allowing(guarded))));
      });
    });
  });

  it('is done by nobody: the run stops, or leaves its owner as they were and does the rest', async () => {
    await withHost(each, async (host, after) => {
      const news = { 'members/bob/vhosts/new.bob.example.yaml': 'host: one\nstatic:\n  root: web/new\n' };
      const commits = after(each.commit, each.guarded.some((line) => line.includes('member:bob')) || each.between !== undefined ? {} : news);
      const { planned: restrained, guarded, stopped } = await weigh(host, commits);
      expect(stopped).toBe(guarded.some(({ owner }) => owner === 'coop'));
      if (stopped) return;
      const owners = new Set(guarded.map(({ owner }) => owner));
      expect(restrained.plan.changes.filter(({ verb, resource }) => owners.has(resource.owner) && ['remove', 'forget'].includes(verb))).toEqual([]);
      expect(restrained.plan.holds.map(({ owner, lastGood, problems }) => [owner, lastGood, problems[0]?.code])).toEqual(guarded.map(({ owner, code }) => [owner, each.newcomers?.includes(owner) === true ? null : '0'.repeat(40), code]));
      await perform(host.machine, restrained, { ...trade, now });
      const again = await weigh(host, commits);
      expect(told(again.guarded)).toEqual(each.guarded);
      expect(again.planned.plan.changes).toEqual([]);
      if (!owners.has('member:bob') && each.between === undefined) expect(existsSync(join(host.directory, 'etc/apache2/croft/sites/new.bob.example.conf'))).toBe(true);
    });
  });
});

it.each(harmless.map((each) => [each.name, each] as const))('%s: no guard minds', async (_, each) => {
  await withHost(each, async (host, after) => {
    expect((await weigher(each)(host, after(each.commit))).guarded).toEqual([]);
  });
});

it('takes a day that there is not for no end of an allowance', async () => {
  await withHost({}, async (host, after) => {
    const { guarded } = await weigh(host, after({ 'members/bob/zones/bob.example.yaml': null }));
    const { holds } = await understood(after(allowing(guarded, (allow) => allow.replace('2026-06-29', '2026-06-31'))), host.name);
    expect(holds.flatMap(({ owner, problems }) => problems.map(({ code }) => `${owner} ${code}`))).toEqual(['coop allowances/unknown-day']);
  });
});
