import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from '../../reconciler/desired/parse.ts';
import type { DocumentKind } from '../../reconciler/desired/schemas.ts';
import { validate } from '../../reconciler/desired/validate.ts';

const root = join(import.meta.dirname, '../..');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = pages.flatMap((page) => [...readFileSync(join(root, page), 'utf8').matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ page, language, text })));
const kinds: { readonly [folder: string]: DocumentKind } = { vhosts: 'vhost', zones: 'zone', mailboxes: 'mailboxes', secrets: 'secret', hosts: 'host', limits: 'limits' };

describe('documents in the docs', () => {
  const documents = blocks.filter(({ language, text }) => language === 'yaml' && /^# (\S+\/)?[\w.-]+\.yaml$/m.test(text));
  it('are there', () => expect(documents.length).toBeGreaterThan(4));
  it.each(documents.map(({ page, text }) => [`${page}: ${text.split('\n')[0]}`, text]))('%s is valid', (_, text) => {
    const path = /^# (\S+\.yaml)$/m.exec(text)?.[1] ?? '';
    const kind = Object.entries(kinds).find(([folder]) => path.includes(`${folder}/`))?.[1] ?? (path.endsWith('member.yaml') ? 'member' : 'cluster');
    const parsed = parse({ path, bytes: new TextEncoder().encode(text) });
    expect(parsed.problems).toEqual([]);
    if (parsed.value !== null) expect(validate(kind, parsed.value).problems).toEqual([]);
  });
});

const told = pages.filter((page) => blocks.some((block) => block.page === page && block.language === 'console'));

describe.each(told)('sessions in %s', (page) => {
  const sessions = blocks.filter((block) => block.page === page && block.language === 'console');
  it('go as they are printed', () => {
    execFileSync(process.execPath, ['bin/croft.mjs', '--version'], { cwd: root });
    const work = mkdtempSync(join(tmpdir(), 'croft-docs-'));
    try {
      for (const { text } of sessions) play(text, work);
    } finally {
      rmSync(work, { recursive: true });
    }
  });
});

/** Run each `$ …` line of a session and compare what it prints; a `…` in the docs stands for anything. */
function play(session: string, work: string): void {
  const turns = [...session.matchAll(/^\$ (.+)\n((?:(?!\$ ).*\n)*)/gm)];
  for (const [, command = '', expected = ''] of turns) {
    const path = `${join(root, 'test/house/path')}:${process.env['PATH'] ?? ''}`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: work, encoding: 'utf8', env: { ...process.env, PATH: path, CROFT_CHECKOUT: root } });
    const pattern = expected.trimEnd().split('\n').map((line) => (line === '…' ? '[^]*?' : line.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*?'))).join('\n');
    expect(`${stdout}${stderr}`.trimEnd(), `$ ${command}`).toMatch(new RegExp(`^${pattern.replaceAll('[^]*?\n', '(?:[^]*\n)?').replaceAll('\n[^]*?', '(?:\n[^]*)?')}$`));
  }
}
