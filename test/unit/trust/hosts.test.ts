import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { lineBetween } from '../../../reconciler/git/line.ts';
import { openRepository } from '../../../reconciler/git/repository.ts';
import type { Trusted } from '../../../reconciler/model/trusted.ts';
import { believe, verify } from '../../../reconciler/trust/verify.ts';
import { own } from './case.ts';
import { at, documents, found, member, removeAll, type Changes, type Coop } from './coop.ts';
import { judged, textAt } from './judged.ts';
import { keyOf } from './keys.ts';

afterAll(removeAll);

/** One thing that somebody does: on main, or on a branch that somebody merges. */
interface Step {
  readonly who: number;
  readonly what: number;
  readonly text: number;
  /** How many commits before the head a branch begins; 0: on main itself. */
  readonly fork: number;
  readonly merger: number;
  /** Approve the commit that so many steps ago was made. */
  readonly approves: number;
}

const people = ['ada', 'bob', 'carol', 'dana', 'judy', 'forge', 'ada-new', undefined] as const;
const mergers = ['forge', 'forge', 'dana', 'ada', undefined] as const;
const paths = ['members/ada/README.md', 'members/bob/README.md', 'members/ada/vhosts/blog.ada.example.yaml', 'members/bob/vhosts/app.bob.example.yaml', 'members/ada/member.yaml', 'cluster.yaml', 'members/ada', 'members/ada/NEWS.md'];
const texts: readonly (string | null)[] = ['static:\n  root: web/one\n', 'static:\n  root: web/two\n', null, 'wrong: [', 'I am ada\n'];
const memberTexts = ['name: Eve\n', '', ...[[keyOf('ada-new').line], [keyOf('ada').line, keyOf('ada-new').line]].map((lines) => member(documents().get(at('members/ada/member.yaml')) ?? '', lines))];
const clusterTexts = ['', 'approvals: 2', 'approvals: 1'].map((text) => (documents().get(at('cluster.yaml')) ?? '').replace('approvals: 2', text === '' ? 'approvals: 2' : text));

function changesOf({ what, text }: Step): Changes {
  const path = paths[what % paths.length] ?? '';
  if (path.endsWith('member.yaml')) return own(path, memberTexts[text % memberTexts.length] ?? null);
  if (path === 'cluster.yaml') return own(path, clusterTexts[text % clusterTexts.length] ?? null);
  return own(path, texts[text % texts.length] ?? null);
}

/** Play steps, and answer the line of main, oldest first. */
function history(coop: Coop, steps: readonly Step[]): readonly string[] {
  const line = [coop.first];
  const made = [coop.first];
  for (const step of steps) {
    const head = line.at(-1) ?? coop.first;
    const on = line.at(-1 - step.fork) ?? coop.first;
    const by = people[step.who % people.length];
    const message = step.approves === 0 ? 'a change' : `a change\n\nApproves: ${made.at(-step.approves) ?? coop.first}`;
    const commit = coop.commit(on, { ...(by !== undefined && { by }), changes: coop.files(on).has(at('members/ada')) ? {} : changesOf(step), message });
    made.push(commit);
    const merger = mergers[step.merger % mergers.length];
    line.push(step.fork === 0 ? commit : coop.merge([head, commit], { ...(merger !== undefined && { by: merger }) }));
  }
  return line;
}

const step: fc.Arbitrary<Step> = fc.record({ who: fc.nat(7), what: fc.nat(7), text: fc.nat(4), fork: fc.oneof(fc.constant(0), fc.nat(4)), merger: fc.nat(4), approves: fc.oneof(fc.constant(0), fc.nat(3)) });

describe('hosts agree on what is in force:', () => {
  test('whoever looks at each commit, and whoever looks seldom', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), fc.array(fc.nat(11), { maxLength: 3 }), async (steps, stops) => {
      const coop = found();
      const line = history(coop, steps);
      const head = line.at(-1) ?? coop.first;
      const { trusted } = await judged(coop, coop.first, head);
      let seldom: Trusted | null = await believe(await openRepository(coop.gitdir), coop.first);
      for (const stop of [...stops.toSorted((a, b) => a - b).filter((n) => n < line.length).map((n) => line[n] ?? head), head]) {
        seldom = (await verify(await openRepository(coop.gitdir), seldom, stop))?.trusted ?? seldom;
      }
      expect(seldom).toEqual(trusted);
    }), { numRuns: 40 });
  });

  test('nobody but bob and the admins ever changes what is bob\'s, whatever happens', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      const coop = found();
      const harmless = steps.filter(({ who }) => !['bob', 'dana', 'judy'].includes(people[who % people.length] ?? '')).map((each) => ({ ...each, merger: each.merger === 2 ? 0 : each.merger }));
      const line = history(coop, harmless);
      const { force } = await judged(coop, coop.first, line.at(-1) ?? coop.first);
      expect(await force(at('members/bob/README.md'))).toBe('I am bob\n');
      expect(await force(at('members/bob/vhosts/app.bob.example.yaml'))).toBe('proxy:\n  port: 20010\n');
      expect(await force(at('cluster.yaml'))).toBe(documents().get(at('cluster.yaml')));
    }), { numRuns: 25 });
  });
});

describe('where somebody merged main into her own branch and pushed that as main,', () => {
  const adas = 'members/ada/README.md';
  const bobs = 'members/bob/README.md';

  /** ada's branch begins at the first commit; main is bob's commit; ada merges main into hers, keeping of it what `keep` says. */
  async function views(evil: boolean): Promise<readonly (string | null)[]> {
    const coop = found();
    const mine = coop.commit(coop.first, { by: 'ada', changes: own(adas, 'hers\n') });
    const main = coop.commit(coop.first, { by: 'bob', changes: own(bobs, 'new\n') });
    const head = evil ? coop.commit([mine, main], { by: 'ada', files: coop.files(mine) }) : coop.merge([mine, main], { by: 'ada' });
    const repository = await openRepository(coop.gitdir);
    const from = async (start: string): Promise<string | null> => {
      const verified = await verify(repository, await believe(repository, start), head);
      return verified === null ? null : textAt(repository, verified.trusted.tree, at(bobs));
    };
    expect((await lineBetween(repository, main, head))?.map(({ to }) => to.oid)).toEqual([head]);
    return [await from(coop.first), await from(main)];
  }

  test('hosts agree when the merge is honest', async () => {
    expect(await views(false)).toEqual(['new\n', 'new\n']);
  });

  test('a host that was at bob\'s commit keeps what ada threw away; one that never saw it there takes ada\'s branch for main, as it would after a rewind', async () => {
    expect(await views(true)).toEqual(['I am bob\n', 'new\n']);
  });
});
