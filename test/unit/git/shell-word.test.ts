import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { shellCommand, shellWord } from '../../../reconciler/git/ssh/shell-word.ts';

const shells = ['sh', 'dash', 'bash', 'zsh', 'ksh', 'csh', 'tcsh'].filter((name) => existsSync(`/bin/${name}`));

const words = [
  '', ' ', 'plain', 'two words', "ada's", "'", "''", '\'"\'', "a'!b", '!!', '!ada', '$HOME', '${HOME}', '$(id)', '`id`', '\\', '\\\\', '\\n', "\\'", '"', '*', '?', '[a-z]', '~', '~root',
  '#', '; id', '| id', '& id', '&& id', '> /etc/x', '<(id)', '{a,b}', '-n', '--', '%s', '\t', 'grüße', '\u202e', 'a=b', '(', ')', '^', 'x'.repeat(5000),
];

describe('a word for the shell at the other end', () => {
  test('can be asked of two shells here at the least', () => expect(shells.length).toBeGreaterThan(1));

  test.each(shells)('is exactly itself for %s, whatever is in it', (shell) => {
    const command = shellCommand(['printf', '%s\\n', ...words.map((word) => `<${word}>`)]);
    expect(execFileSync(`/bin/${shell}`, ['-c', command], { encoding: 'utf8' })).toBe(words.map((word) => `<${word}>\n`).join(''));
  });

  test.each(shells)('stands by itself for %s, without anything around it', (shell) => {
    for (const word of words) expect(execFileSync(`/bin/${shell}`, ['-c', `/usr/bin/env printf %s-%s a ${shellWord(word)}`], { encoding: 'utf8' })).toBe(`a-${word}`);
  });

  test('is none of those that no shell can be given in one line', () => {
    for (const word of ['a\0b', 'a\nb', 'a\rb']) expect(() => shellWord(word)).toThrow('a word for a shell holds a control character');
  });
});
