import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../../reconciler/authority/judge.ts';
import { mayChange } from '../../../reconciler/authority/may-change.ts';
import type { Meaning, Proposal } from '../../../reconciler/model/authority.ts';
import { ownerOf } from '../../../reconciler/model/owner.ts';
import { commit, context, propose, rules, type Draft, type Side } from './proposals.ts';

const names = ['ada', 'bob', 'carol', 'dana', 'judy', 'mallory'];
const sides: fc.Arbitrary<Side> = fc.constantFrom<Side[]>(
  null, {}, 'unreadable', { uid: 1 }, { limits: 'heavy' }, { domains: ['ada.example'] }, { domains: ['bob.example'], ports: [20001] }, { state: 'retired' },
  { aliases: ['www.ada.example'] }, { aliases: { out: ['x@elsewhere.example'] } }, { mailboxes: { ada: {} } }, { records: [{ name: 'lab', type: 'NS' }] },
);
const paths = fc.constantFrom(
  'cluster.yaml', 'limits/small.yaml', 'coop/zones/fairmeadow.example.yaml', 'README.md', 'members/ada/member.yaml', 'members/ada/vhosts/blog.ada.example.yaml',
  'members/ada/vhosts/Blog.ada.example.yaml', 'members/ada/mailboxes/ada.example.yaml', 'members/ada/NOTES', 'members/ada/NOTES/README.md', 'members/Bob/README.md',
  'members/bob/member.yaml', 'members/bob/vhosts/www.ada.example.yaml', 'members/erin/member.yaml', 'members/dana/member.yaml', 'members/ada/a\nb', 'schemas/x.json',
);
const drafts: fc.Arbitrary<Draft> = fc.record({
  path: paths, before: sides, after: sides, by: fc.subarray(names), mode: fc.constantFrom('100644', '100644', '100644', '100755', '120000'),
}).map((draft) => (draft.path.startsWith('schemas/') ? { ...draft, is: 'other' as const } : draft)).filter(({ before, after }) => before !== null || after !== null);
const steps = fc.uniqueArray(drafts, { selector: ({ path }) => path, maxLength: 9 }).map((each) => each.map(propose));

describe('judging', () => {
  it('does not depend on the order in which changes are told', () => {
    fc.assert(fc.property(steps.chain((each) => fc.tuple(fc.constant(each), fc.shuffledSubarray(each, { minLength: each.length }))), ([told, shuffled]) => {
      expect(judge(shuffled, context)).toEqual(judge(told, context));
    }));
  });

  it('allows nothing that nobody signed', () => {
    fc.assert(fc.property(steps, (step) => {
      const unsigned = step.map((proposal) => ({ ...proposal, signers: new Set<string>() }));
      expect(judge(unsigned, context).filter(({ allowed }) => allowed)).toEqual([]);
    }));
  });

  it('allows nothing more when somebody signs who has no say', () => {
    fc.assert(fc.property(steps, fc.constantFrom('mallory', 'carol', 'bob'), fc.array(fc.nat(8)), (step, name, which) => {
      const more = step.map((proposal, index): Proposal => {
        const hasSay = proposal.owner === `member:${name}` || !which.includes(index);
        return hasSay ? proposal : { ...proposal, signers: new Set([...proposal.signers, name]) };
      });
      expect(allowedPaths(more)).toEqual(allowedPaths(step));
    }));
  });

  it('allows nothing of a member\'s that neither she nor an admin signed', () => {
    fc.assert(fc.property(steps, (step) => {
      for (const { owner, signers } of judge(step, context).filter(({ allowed }) => allowed)) {
        expect(signers.some((name) => owner === `member:${name}` || rules.admins.has(name))).toBe(true);
      }
    }));
  });

  it('takes nothing of a directory that one person changed when it refuses a part of it', () => {
    fc.assert(fc.property(steps, (step) => {
      const verdicts = judge(step.map((proposal) => ({ ...proposal, signers: new Set(['ada']) })), context).filter(({ owner }) => owner === 'member:ada');
      expect(new Set(verdicts.map(({ allowed }) => allowed)).size).toBeLessThan(2);
    }));
  });

  it('never takes a file and something below it', () => {
    fc.assert(fc.property(steps, (step) => {
      const allowed = new Set(allowedPaths(step));
      const staying = step.filter(({ change }) => (allowed.has(change.path) ? change.after : change.before) !== null).map(({ change }) => change.path);
      const added = staying.filter((path) => !wasThere(step, path));
      for (const path of added) expect(staying.filter((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`))).toEqual([]);
    }));
  });

  it('does not fail, and prints nothing that acts, whatever it is given', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', 'members/ada/\x1b[2J', 'a\nb'));
    const value = fc.oneof(fc.constant(null), fc.object({ withBigInt: true, withNullPrototype: true, withMap: true, withSet: true, withDate: true }));
    const written = value.map((each) => ({ value: each, problems: [], at: () => ({ file: 'x', line: 1, column: 1 }) }));
    const meaning: fc.Arbitrary<Meaning> = fc.oneof(
      fc.constantFrom<Meaning[]>({ is: 'note' }, { is: 'other' }),
      fc.record({ is: fc.constant('document' as const), kind: fc.oneof(fc.constantFrom('member', 'mailboxes', 'zone', 'vhost', 'cluster'), text), name: text, before: fc.option(written), after: fc.option(written) }),
    );
    const entry = fc.option(fc.record({ mode: fc.oneof(fc.constantFrom('100644', '120000'), text), oid: text }));
    const path = fc.oneof(paths, text, text.map((name) => `members/${name}/member.yaml`));
    const proposal: fc.Arbitrary<Proposal> = fc.record({
      change: fc.record({ path, before: entry, after: entry }), meaning, commit: text, doubts: fc.array(text), signers: fc.array(fc.oneof(fc.constantFrom(...names), text)).map((each) => new Set(each)),
    }).map((each) => ({ ...each, owner: ownerOf(each.change.path) }));
    fc.assert(fc.property(fc.array(proposal, { maxLength: 6 }), (garbage) => {
      const verdicts = judge(garbage, context);
      expect(verdicts).toHaveLength(garbage.length);
      for (const problem of verdicts.flatMap(({ problems }) => problems)) expect(`${problem.message}${problem.hint ?? ''}${problem.source.file}`).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }), { numRuns: 300 });
  });
});

function allowedPaths(step: readonly Proposal[]): readonly string[] {
  return judge(step, context).filter(({ allowed }) => allowed).map(({ path }) => path);
}

function wasThere(step: readonly Proposal[], path: string): boolean {
  return step.some(({ change }) => change.path === path && change.before !== null);
}

describe('croft can', () => {
  it.each([
    ['ada', 'members/ada/vhosts/new.ada.example.yaml', true, 'green', 'yes'],
    ['ada', 'members/ada/member.yaml', true, 'green', 'yes, but not the fields uid, state, limits, domains, ports and signing-keys'],
    ['dana', 'members/ada/member.yaml', true, 'green', 'yes, but not the fields uid, limits and signing-keys alone'],
    ['ada', 'members/ada/mailboxes/ada.example.yaml', true, 'green', 'yes, but taking a mailbox away or forwarding mail outside takes more'],
    ['ada', 'members/ada/secrets/db-password.yaml', true, 'green', 'yes'],
    ['ada', 'members/bob/secrets/db-password.yaml', false, 'green', "no: it is bob's; bob or an admin (dana or judy) can"],
    ['dana', 'coop/secrets/backup-key.yaml', true, 'amber', 'yes'],
    ['ada', 'members/bob/vhosts/bob.example.yaml', false, 'green', "no: it is bob's; bob or an admin (dana or judy) can"],
    ['ada', 'members/carol/README.md', false, 'green', "no: it is carol's; an admin (dana or judy) can"],
    ['ada', 'cluster.yaml', false, 'red', "no: it is the co-op's; 2 admins (dana and judy) can"],
    ['dana', 'cluster.yaml', false, 'red', 'no, not alone: it takes 2 admins (judy can approve it)'],
    ['dana', 'coop/zones/fairmeadow.example.yaml', true, 'amber', 'yes'],
    ['dana', 'README.md', true, 'amber', 'yes'],
    ['ada', 'members/ada/run.sh', false, 'red', 'no: only admins may change it; 2 admins (dana and judy) can'],
    ['erin', 'members/erin/member.yaml', false, 'red', 'no: erin is no active member; 2 admins (dana and judy) can'],
    ['carol', 'members/carol/README.md', false, 'green', 'no: carol is no active member; an admin (dana or judy) can'],
  ] as const)('tells %s about %s', (who, path, allowed, risk, because) => {
    expect(mayChange(who, path, context)).toMatchObject({ allowed, risk, because });
  });

  it('lets everybody change everything while trust is off', () => {
    expect(mayChange('bob', 'cluster.yaml', { ...context, rules: { ...rules, trust: null } })).toMatchObject({ allowed: true, risk: 'green' });
  });

  it('agrees with the verdict on a change of text', () => {
    for (const who of names) {
      for (const path of ['members/ada/vhosts/blog.ada.example.yaml', 'members/bob/README.md', 'coop/vhosts/www.fairmeadow.example.yaml', 'README.md', 'members/carol/README.md']) {
        const draft: Draft = { path, before: {}, after: {}, by: [who], doubts: [] };
        const [verdict] = judge([{ ...propose(draft), commit }], context);
        expect([who, path, mayChange(who, path, context).allowed]).toEqual([who, path, verdict?.allowed]);
      }
    }
  });
});
