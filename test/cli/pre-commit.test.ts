import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { at } from '../unit/trust/coop.ts';
import { blog, clone, coop, git, ok, readme, root, withHooks, write } from './hooked.ts';

withHooks();

describe('a commit in a clone', () => {
  const wrong = 'static:\n  rot: web\n';
  const right = 'static:\n  root: web\n';
  let work: string;

  beforeEach(() => {
    work = clone('ada');
    symlinkSync(join(root, 'hooks/pre-commit'), join(work, '.git/hooks/pre-commit'));
  });

  it('of a wrong document is refused before it is made, and of a right one is made', () => {
    write(work, { [blog]: wrong });
    const refused = git(work, ['commit', '-m', 'wrong']);
    expect([refused.status, ok(work, ['rev-parse', 'HEAD'])]).toEqual([1, coop.first]);
    expect(refused.text).toContain(`${at(blog)}:2:3`);
    expect(refused.text).toContain('git commit --no-verify commits it all the same, and nobody but ada is held for it');
    write(work, { [blog]: right });
    expect(git(work, ['commit', '-m', 'right'])).toMatchObject({ status: 0 });
    expect(existsSync(join(work, at(blog)))).toBe(true);
  });

  it('is judged by what is staged, and not by the files as they lie there', () => {
    write(work, { [blog]: wrong });
    writeFileSync(join(work, at(blog)), right);
    const refused = git(work, ['commit', '-m', 'wrong']);
    expect([refused.status, ok(work, ['rev-parse', 'HEAD'])]).toEqual([1, coop.first]);
    expect(refused.text).toContain(`${at(blog)}:2:3`);
    expect(git(work, ['commit', '-a', '-m', 'all of it'])).toMatchObject({ status: 0 });
    writeFileSync(join(work, at(blog)), wrong);
    writeFileSync(join(work, at(readme)), 'mine\n');
    ok(work, ['add', at(readme)]);
    expect(git(work, ['commit', '-m', 'another file'])).toMatchObject({ status: 0 });
    expect(git(work, ['commit', '-m', 'this file', at(blog)])).toMatchObject({ status: 1 });
  });

  it('in a linked worktree, and from a directory below, is judged by its own index', () => {
    const linked = join(work, '../linked-of-ada');
    ok(work, ['worktree', 'add', '-q', linked]);
    write(linked, { [blog]: wrong });
    expect(git(join(linked, at('members')), ['commit', '-m', 'wrong']).text).toContain(`${at(blog)}:2:3`);
    expect(git(work, ['commit', '--allow-empty', '-m', 'nothing'])).toMatchObject({ status: 0 });
  });

  it('that would hold the co-op says so', () => {
    write(work, { 'cluster.yaml': 'nam: Meadow\n' });
    expect(git(work, ['commit', '-m', 'wrong']).text).toContain("and the co-op's own documents are held for it");
  });
});
