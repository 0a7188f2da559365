import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { git } from '../unit/git/fixture.ts';
import { croft, stage, type Said, type Stage } from './croft.ts';

let on: Stage;
let last: string;
const blog = 'members/ada/vhosts/blog.ada.example.yaml';

beforeAll(async () => {
  on = await stage();
  expect(run('reconcile').status).toBe(0);
  last = await on.commit({ [blog]: 'static: { root: sites/new }\n' });
  expect(run('reconcile').status).toBe(0);
});
afterAll(() => rmSync(on.directory, { recursive: true }));

function run(...words: readonly string[]): Said {
  return croft([...words, ...on.where]);
}

it('of a branch that was rewound, plan says what reconcile does: the host stays where it is, and a person is needed', () => {
  git(on.repository, ['update-ref', 'refs/heads/main', `${last}~1`]);
  for (const words of [['plan'], ['reconcile', '--dry-run']]) {
    const said = run(...words);
    expect(said.status, words.join(' ')).toBe(3);
    expect(said.stderr).toContain('[git/backwards]');
    expect(said.stdout).toContain(`one @ ${last.slice(0, 10)}`);
    expect(said.stdout).toContain('nothing to change');
  }
  const made = run('reconcile');
  expect([made.status, made.stdout.includes('[git/backwards]'), made.stdout.includes('as desired, nothing changed')]).toEqual([3, true, true]);
  git(on.repository, ['update-ref', 'refs/heads/main', last]);
  expect([run('plan').status, run('reconcile').status]).toEqual([0, 0]);
});

it('a rewound branch is still shown to whoever asks for it by name', () => {
  git(on.repository, ['update-ref', 'refs/heads/old', `${last}~1`]);
  const said = run('plan', '--rev', 'old');
  expect([said.status, said.stderr]).toEqual([0, '']);
  expect(said.stdout).toContain(' to change');
});
