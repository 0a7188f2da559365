/** The workflow file itself: what may not stand in it, and that the runner of these tests would see it if it did. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandsIn, outputsIn, resolved, workflow, type Job, type Step } from './runner.ts';

const text = readFileSync(join(import.meta.dirname, '../../../.github/workflows/preview.yml'), 'utf8');
const jobs = Object.entries(workflow.jobs);
/** What both forges know by these names. */
const expressions = [
  'always() && (needs.judge.result == \'success\' || needs.judge.result == \'failure\')', 'github.event.pull_request.base.ref == github.event.repository.default_branch',
  'github.event.pull_request.base.ref', 'github.event.pull_request.base.sha', 'github.event.pull_request.head.sha', 'github.event.pull_request.number', 'github.token',
  'inputs.croft-ref', 'inputs.croft-ref || github.event.pull_request.base.sha',
  'inputs.croft-repository', 'inputs.croft-repository || github.repository', 'inputs.modules', "inputs.runner || 'ubuntu-latest'",
  'needs.judge.outputs.comment-1', 'needs.judge.outputs.comment-2', 'needs.judge.outputs.comment-3', 'needs.judge.outputs.verdict',
  'steps.judge.outputs.comment-1', 'steps.judge.outputs.comment-2', 'steps.judge.outputs.comment-3', 'steps.judge.outputs.verdict',
];

describe('the workflow', () => {
  test('starts at the two events that run code of the base, and at no other', () => {
    expect(Object.keys(workflow.on).toSorted()).toEqual(['pull_request_target', 'workflow_call']);
    expect(workflow.on['pull_request_target']).toEqual({ types: ['opened', 'synchronize', 'reopened', 'edited'] });
  });

  test('uses only expressions that both forges know, and none within a script', () => {
    const used = [...text.replace(/^ *#.*$/gm, '').matchAll(/\$\{\{ (.*?) \}\}/g)].map(([, each = '']) => each);
    const conditions = jobs.flatMap(([, job]) => (job.if === undefined ? [] : [job.if]));
    expect([...new Set([...used, ...conditions])].toSorted()).toEqual(expressions.toSorted());
    for (const [, { steps }] of jobs) for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });

  test('gives each job what it needs and no more', () => {
    expect(workflow.permissions).toEqual({});
    expect(jobs.map(([name, { permissions }]) => [name, permissions])).toEqual([
      ['judge', { contents: 'read' }],
      ['comment', { contents: 'read', 'pull-requests': 'write', issues: 'write' }],
    ]);
    expect(text).not.toMatch(/secrets[.:]|workflow_run|set-output|actions\/cache|-artifact@/);
  });

  test('hands the token to the fetch and to the comment, and the head to nothing that writes', () => {
    const told = ({ env = {}, with: inputs = {} }: Step): string => [...Object.values(env), ...Object.values(inputs)].join('\n');
    const given = (job: Job, what: string): readonly string[] => job.steps.filter((step) => told(step).includes(what)).map(({ name = '' }) => name);
    expect(jobs.map(([, job]) => given(job, 'github.token'))).toEqual([['Fetch the change, as objects only'], ['Write the comment, or edit the one that is there']]);
    expect(jobs.map(([, job]) => given(job, '.head.'))).toEqual([['Check what the event says', 'Fetch the change, as objects only', 'Judge it with the croft of the base'], []]);
  });

  test('ends in bounded time, and the newest push alone goes on', () => {
    for (const [, job] of jobs) expect(job['timeout-minutes']).toBeLessThanOrEqual(15);
    expect(workflow.concurrency).toEqual({ group: 'croft-preview-${{ github.event.pull_request.number }}', 'cancel-in-progress': true });
  });

  test('pins its actions and keeps no credentials', () => {
    const used = jobs.flatMap(([, { steps }]) => steps.flatMap(({ uses, with: inputs }) => (uses === undefined ? [] : [{ uses, inputs }])));
    for (const { uses, inputs } of used) {
      expect(uses).toMatch(/^actions\/(checkout|setup-node)@(v\d+|[0-9a-f]{40})$/);
      if (uses.startsWith('actions/checkout')) expect(inputs).toMatchObject({ path: 'croft', 'persist-credentials': false });
    }
    expect(text).toMatch(/npm ci --ignore-scripts /);
    expect(text.replace(/^ *#.*$/gm, '')).not.toMatch(/npm (install|i|ci)(?! --ignore-scripts)\b/);
  });
});

const logs = [
  { name: 'a command', log: '::set-output name=a::b', obeyed: ['set-output'] },
  { name: 'a command that is moved in', log: '  ::add-mask::b', obeyed: ['add-mask'] },
  { name: 'a command of the older spelling, anywhere', log: 'x ##[add-path]b', obeyed: ['add-path'] },
  { name: 'a command after a carriage return', log: 'x\r::add-path::b', obeyed: ['add-path'] },
  { name: 'commands that are held back', log: '::stop-commands::w\n::add-mask::b\n##[add-path]b\n::v::\n::w::\n::notice::c', obeyed: ['notice'] },
  { name: 'no command', log: 'a ::add-mask::b', obeyed: [] },
];

describe('the runner of these tests', () => {
  test.for(logs)('sees $name', ({ log, obeyed }) => {
    expect(commandsIn(log).map(({ command }) => command)).toEqual(obeyed);
  });

  test('reads outputs of both forms, the last word standing', () => {
    expect(outputsIn('a=1\nb<<E\n2\na=3\nE\na=x=y\n')).toEqual({ a: 'x=y', b: '2\na=3' });
    expect(() => outputsIn('a<<E\n1\n')).toThrow('without end');
    expect(() => outputsIn('a\n')).toThrow('no output');
  });

  test('does not know what it was not told', () => {
    expect(resolved("${{ a || 'b' }}", { a: '' })).toBe('b');
    expect(() => resolved('${{ github.head_ref }}', {})).toThrow('no such expression');
  });
});
