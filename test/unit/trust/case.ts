/** Histories with what must come of them, each between two changes of carol's, who is always in the same push and never held. */
import { expect, test } from 'vitest';
import { openRepository } from '../../../reconciler/git/repository.ts';
import { readCommit } from '../../../reconciler/git/store.ts';
import { at, found, type Changes, type Coop } from './coop.ts';
import { judged, textAt } from './judged.ts';

export interface Case {
  readonly name: string;
  /** Other documents to begin with. */
  readonly alter?: (files: Map<string, string>) => void;
  /** Make the history on top of a commit, and answer its head. */
  readonly play: (coop: Coop, start: string) => string;
  /** What waits, by path below desired-state/ (or from the top, with a slash in front), and its code. */
  readonly refused?: { readonly [path: string]: string };
  /** What is in force, by path as above. */
  readonly force?: { readonly [path: string]: string | null };
  /** Paths that are in force as they were before the history. */
  readonly stays?: readonly string[];
  /** Carol is in the history herself. */
  readonly withoutCarol?: true;
}

const [before, after] = ['members/carol/README.md', 'members/carol/NEWS.md'];

/** Make a test of each case. */
export function play(cases: readonly Case[]): void {
  test.each(cases)('$name', async ({ alter, play: make, refused = {}, force = {}, stays = [], withoutCarol }) => {
    const coop = found(alter);
    const start = withoutCarol === true ? coop.first : coop.commit(coop.first, { by: 'carol', changes: own(before, 'before\n') });
    const head = make(coop, start);
    const end = withoutCarol === true ? head : coop.commit(head, { by: 'carol', changes: own(after, 'after\n') });
    const found_ = await judged(coop, coop.first, end);
    expect(found_.refused).toEqual(Object.fromEntries(Object.entries(refused).map(([path, code]) => [full(path), code])));
    const carols: Case['force'] = withoutCarol === true ? {} : { [before]: 'before\n', [after]: 'after\n' };
    for (const [path, text] of Object.entries({ ...carols, ...force })) expect(await found_.force(full(path)), path).toBe(text);
    const repository = await openRepository(coop.gitdir);
    const old = (await readCommit(repository, start)).tree;
    for (const path of stays) expect(await found_.force(full(path)), path).toBe(await textAt(repository, old, full(path)));
  });
}

/** One path changed. */
export function own(path: string, text: string | null): Changes {
  return { [full(path)]: text };
}

function full(path: string): string {
  return path.startsWith('/') ? path.slice(1) : at(path);
}
