/** What the second job makes of a text and a verdict, with forges of both dialects. */
import { expect, test } from 'vitest';
import { bots, forge as openForge, type Comment, type Forge, type User } from './forge.ts';
import { desk } from './pull.ts';

const marker = '<!-- croft-preview -->';
const patient = { timeout: 120_000 };
const ada: User = { id: 12, login: 'ada', type: 'User' };

const names = ({ labels }: Forge): readonly string[] => labels.map(({ name }) => name).toSorted();

function chatter(count: number): readonly Comment[] {
  return Array.from({ length: count }, (_, index) => ({ id: index + 1, user: ada, body: `${marker} said ada` }));
}

test.for(['github', 'forgejo'] as const)('on %s, three runs leave one comment of ours after any number of others, and one label', patient, async (dialect) => {
  const { forge, tell } = await desk(dialect);
  forge.comments.push(...chatter(250));
  forge.labels.push({ id: 53, name: 'question' });
  for (const verdict of ['red', 'green', 'amber']) {
    const ran = await tell({ verdict, text: `${marker}\n\n${verdict}` });
    expect([ran.result, ran.obeyed]).toEqual(['success', []]);
    expect(names(forge)).toEqual([`croft: ${verdict}`, 'question']);
  }
  expect(forge.comments.slice(250)).toEqual([{ id: 1250, user: bots[dialect], body: `${marker}\n\namber` }]);
  expect(forge.comments.slice(0, 250)).toEqual(chatter(250));
});

const impostors: readonly User[] = [
  { id: 13, login: 'github-actions[bot]', type: 'User' },
  { id: 14, login: 'forgejo-actions', type: 'User' },
  { id: 15, login: 'github-actions', type: 'User' },
  { id: 16, login: 'other[bot]', type: 'Bot' },
];

test.for(['github', 'forgejo'] as const)('on %s, whoever only looks like the workflow is left alone', patient, async (dialect) => {
  const { forge, tell } = await desk(dialect);
  forge.comments.push(...impostors.map((user) => ({ id: user.id, user, body: `${marker}\nmine` })));
  expect(await tell({ verdict: 'green', text: `${marker}\nours` })).toMatchObject({ result: 'success' });
  expect(forge.comments.map(({ body }) => body.split('\n')[1])).toEqual(['mine', 'mine', 'mine', 'mine', 'ours']);
});

test('another comment of the same workflow user is left alone', patient, async () => {
  const { forge, tell } = await desk();
  forge.comments.push({ id: 3, user: bots.github, body: `a linter, which quotes ${marker}` });
  await tell({ verdict: 'green', text: `${marker}\nours` });
  expect(forge.comments.map(({ id }) => id)).toEqual([3, 1001]);
});

test('a comment that somebody removed meanwhile is written anew', patient, async () => {
  const { forge, tell } = await desk();
  await tell({ verdict: 'green', text: `${marker}\none` });
  forge.refuses.set(/^PATCH /, 404);
  expect(await tell({ verdict: 'green', text: `${marker}\ntwo` })).toMatchObject({ result: 'success' });
  expect(forge.comments.map(({ body }) => body.split('\n')[1])).toEqual(['one', 'two']);
});

const unheard = [
  { name: 'a text without the marker', verdict: 'green', text: 'x' },
  { name: 'a text that begins with more than the marker', verdict: 'green', text: `${marker}x` },
  { name: 'a text of 70,000 characters', verdict: 'green', text: `${marker}\n${'x'.repeat(70_000)}` },
  { name: 'nothing at all', verdict: '', text: '' },
];

test.for(unheard)('$name does not become the comment', patient, async ({ verdict, text }) => {
  const { forge, tell } = await desk();
  await tell({ verdict: 'green', text: `${marker}\nof an older head` });
  const ran = await tell({ verdict, text, result: verdict === '' ? 'failure' : 'success' });
  expect(ran.result).toBe(verdict === '' ? 'failure' : 'success');
  expect(forge.comments.map(({ body }) => body)).toEqual([expect.stringContaining('croft has not judged the newest commit of this pull request')]);
  expect(names(forge)).toEqual(verdict === '' ? [] : ['croft: green']);
});

const verdicts = [
  { verdict: 'green', result: 'success', labels: ['croft: green'], says: [] },
  { verdict: 'amber', result: 'success', labels: ['croft: amber'], says: [] },
  { verdict: 'red', result: 'success', labels: ['croft: red'], says: [] },
  { verdict: 'refused', result: 'failure', labels: [], says: [/^refused: nobody who may has signed for it/] },
  { verdict: 'invalid', result: 'failure', labels: [], says: [/^invalid: the comment says/] },
] as const;

test.for(verdicts)('$verdict is a status of $result', patient, async ({ verdict, result, labels, says }) => {
  const { forge, tell } = await desk();
  forge.labels.push({ id: 9, name: 'croft: purple' });
  const ran = await tell({ verdict, text: `${marker}\n${verdict}` });
  expect([ran.result, names(forge)]).toEqual([result, labels]);
  expect(ran.obeyed.map(({ text }) => text)).toEqual(says.map((pattern) => expect.stringMatching(pattern)));
});

test('a verdict that is none stops before the forge is asked', patient, async () => {
  const { forge, tell } = await desk();
  const ran = await tell({ verdict: 'green$(touch canary)\n::set-output name=x::y', text: `${marker}\nx` });
  expect([ran.result, forge.asked, ran.obeyed.map(({ text }) => text)]).toEqual(['failure', [], ['cannot keep the comment: the verdict is none that croft knows']]);
});

test('a label that cannot be set is worth a notice, and nothing more', patient, async () => {
  const { forge, tell } = await desk('forgejo');
  forge.refuses.set(/labels/, 403);
  const ran = await tell({ verdict: 'green', text: `${marker}\nx` });
  expect([ran.result, forge.comments.length]).toEqual(['success', 1]);
  const text = 'cannot set the label, which is for display only: the forge answered 403 to GET /repos/fairmeadow/coop/issues/7/labels';
  expect(ran.obeyed).toEqual([{ command: 'notice', properties: '', text }]);
});

const refusals = [/^GET .*comments/, /^POST .*comments/, /^GET \/user/];

test.for(refusals)('a forge that breaks at %s fails the job, without what it answered', patient, async (pattern) => {
  const { forge, tell } = await desk();
  forge.refuses.set(pattern, 500);
  const ran = await tell({ verdict: 'green', text: `${marker}\nx` });
  expect(ran.result).toBe('failure');
  expect(ran.obeyed.map(({ text }) => text)).toEqual([expect.stringMatching(/^cannot keep the comment: the forge answered 500 to (GET|POST) \/[\w/]+$/)]);
});

test('the forge of these tests tells who nobody is', async () => {
  const { api } = await openForge('github');
  expect((await fetch(`${api}/user`)).status).toBe(401);
});
