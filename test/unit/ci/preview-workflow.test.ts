/** The workflow for pull requests, its steps run as they stand with the croft of this checkout: what it says, and what no head can make it do. */
import { readdirSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { git } from '../git/fixture.ts';
import { bots } from './forge.ts';
import { coop, type Coop, type Files, type Run } from './pull.ts';

const garden = { 'desired-state/members/ada/vhosts/garden.ada.example.yaml': 'static:\n  root: web/garden\n' };
/** What forges cut a comment at, and what croft keeps to. */
const mostCharacters = 60_000;
/** Each run bundles croft and starts it three times. */
const patient = { timeout: 300_000 };

/** Whatever a head says: nothing of it ran, nothing was obeyed but croft's own annotations, and the comment is only text. */
function harmless({ canary }: Coop, { judge, comment, text, left }: Run): void {
  expect(readdirSync(canary)).toEqual([]);
  expect(left.filter((path) => /^(canary|pwned|evil.*)$/.test(basename(path)))).toEqual([]);
  expect(judge.obeyed.filter(({ command, properties }) => command !== 'error' || !properties.startsWith('file='))).toEqual([]);
  expect(comment.obeyed.filter(({ command }) => command !== 'error')).toEqual([]);
  for (const shown of [text, judge.log, judge.summary, comment.log]) expect(shown).not.toMatch(/[^\n\P{Cc}]/u);
  expect(outsideFences(text)).not.toMatch(/@everyone|<\/details>(?!$)|^::|^##\[/m);
  expect(text.length).toBeLessThanOrEqual(mostCharacters);
}

/** Within a fence nobody is called and nothing is markup. */
function outsideFences(text: string): string {
  return text.replace(/^(`{3,})diff\n[^]*?\n\1$/gm, '').replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, '');
}

/** Everything that has ever been tried on a workflow, in one head. */
function hostile(from: Coop): string {
  const touch = `touch ${from.canary}/pwned`;
  const scripts = Object.fromEntries(['preinstall', 'install', 'postinstall', 'prepare', 'start', 'test'].map((name) => [name, touch]));
  const program = `import { writeFileSync } from 'node:fs';\nwriteFileSync('${from.canary}/pwned', '');\nconsole.log('::set-output name=verdict::green');\n`;
  const head = from.commit({
    'package.json': JSON.stringify({ name: 'croft', type: 'module', scripts, dependencies: { evil: 'file:evil' } }),
    'evil/package.json': JSON.stringify({ name: 'evil', version: '1.0.0', scripts }),
    '.npmrc': `ignore-scripts=false\nscript-shell=${from.canary}/pwned\nnode-options=--import=./evil.mjs\n`,
    'bin/croft.mjs': program, 'scripts/build.mjs': program,
    'scripts/ci-judge.mjs': program, 'scripts/ci-comment.mjs': program, 'hooks/pre-commit': `#!/bin/sh\n${touch}\n`,
    'schemas/vhost.schema.json': '{}', 'schemas/member.schema.json': '{}',
    '.github/workflows/preview.yml': `on: pull_request_target\njobs: { judge: { runs-on: x, steps: [{ run: '${touch}' }] } }\n`,
    '.gitattributes': '* filter=evil diff=evil merge=evil\n*.yaml filter=lfs\n',
    '.gitconfig': `[filter "evil"]\n  smudge = ${touch}\n[core]\n  fsmonitor = ${touch}\n`,
    '.gitmodules': `[submodule "evil"]\n  path = evil\n  url = ext::sh -c ${touch}\n`,
    'desired-state/members/ada/vhosts/garden.ada.example.yaml': 'static:\n  root: web/garden\nevil: yes\n',
    'desired-state/members/ada/vhosts/$(touch canary).yaml': 'static: {}\n',
    'desired-state/members/ada/vhosts/`touch canary`.yaml': 'static: {}\n',
    'desired-state/members/ada/vhosts/::set-output name=verdict::green.yaml': 'static: {}\n',
    'desired-state/members/ada/vhosts/a\n::add-mask::green\n##[add-path]x.yaml': 'static: {}\n',
    'desired-state/members/ada/vhosts/\u001b[2J\u001b]0;x\u0007.yaml': 'static: {}\n',
    'desired-state/members/ada/zones/<': '\n',
    'desired-state/members/ada/zones/x @everyone ![x](https:evil.example).yaml': '</details>@everyone: $(touch canary)\n',
  }, '$(touch canary) `touch canary` \u001b[2J </details>@everyone\n\n::set-output name=verdict::green\n::add-mask::green\n');
  rmSync(join(from.directory, 'desired-state/members/carol'), { recursive: true });
  symlinkSync('/etc', join(from.directory, 'desired-state/members/carol'));
  symlinkSync('/etc/passwd', join(from.directory, 'desired-state/members/bob/vhosts/passwd.yaml'));
  git(from.directory, ['add', '-A']);
  git(from.directory, ['update-index', '--add', '--cacheinfo', `160000,${head},submodule`]);
  const author = '$(touch canary) \u001b[31m</details>@everyone ::stop-commands::x <`id`@evil.example>';
  git(from.directory, ['commit', '-q', '--author', author, '-m', '::error file=x::y\r\n::set-env name=PATH::x']);
  return from.publish();
}

test('one comment follows a pull request through all its heads, and nothing of them is run', patient, async () => {
  const here = await coop();
  const { forge, commit, run } = here;
  forge.comments.push({ id: 5, user: { id: 12, login: 'ada', type: 'User' }, body: '<!-- croft-preview -->\nI can write that too' });

  const first = await run(commit(garden));
  harmless(here, first);
  expect(first.judge.outputs['verdict']).toBe('green');
  expect([first.judge.result, first.comment.result]).toEqual(['success', 'success']);
  expect(first.text).toContain('garden.ada.example');
  expect(first.judge.summary).toBe(`${first.text}\n`);
  expect(forge.comments.map(({ user, body }) => [user, body])[1]).toEqual([bots.github, first.text]);
  expect(forge.labels.map(({ name }) => name)).toEqual(['croft: green']);

  const second = await run(hostile(here));
  harmless(here, second);
  expect(second.judge.outputs['verdict']).toBe('invalid');
  expect(second.judge.result).toBe('success');
  expect(second.comment.result).toBe('failure');
  expect(second.text).toContain('evil');
  expect(second.judge.obeyed.map(({ properties }) => properties.split(',col')[0])).toContain('file=desired-state/members/ada/vhosts/garden.ada.example.yaml,line=3');
  expect(forge.labels).toEqual([]);

  const third = await run(commit(verbose()));
  harmless(here, third);
  expect(third.text.length).toBeGreaterThan(mostCharacters - 10_000);
  expect(third.text).toMatch(/cut; \d+ more lines: `croft preview /);
  expect(forge.comments).toHaveLength(2);
  expect(forge.comments.map(({ id, body }) => [id, body.split('\n')[1]])).toEqual([[5, 'I can write that too'], [1001, '']]);
  expect(forge.comments[1]?.body).toBe(third.text);
});

/** More than a comment may hold, if it were all shown: a zone and four sites with long texts of ada's. */
function verbose(): Files {
  const records = Array.from({ length: 400 }, (_, index) => `  - { name: n${index}, type: TXT, text: '${'@everyone </details> ``` '.repeat(4)}${index}' }`);
  const redirects = Array.from({ length: 200 }, (_, index) => `  - { from: /${'a'.repeat(60)}${index}, to: 'https://blog.ada.example/${'b'.repeat(60)}' }`);
  const site = `static:\n  root: web/site\nredirects:\n${redirects.join('\n')}\n`;
  const sites = ['one', 'two', 'three', 'four'].map((name) => [`desired-state/members/ada/vhosts/${name}.ada.example.yaml`, site]);
  return { 'desired-state/members/ada/zones/ada.example.yaml': `records:\n${records.join('\n')}\n`, ...Object.fromEntries(sites) };
}

test('a head that began before the base moved on is told to be rebased', patient, async () => {
  const here = await coop();
  git(here.directory, ['checkout', '-q', '--orphan', 'elsewhere']);
  git(here.directory, ['commit', '-q', '-m', 'from nowhere']);
  const ran = await here.run(here.publish());
  harmless(here, ran);
  expect(ran.judge.outputs['verdict']).toBe('invalid');
  expect(ran.text).toMatch(/^<!-- croft-preview -->\n\n\*\*croft cannot preview ` [0-9a-f]{10} `\.\*\*/);
  expect(ran.text).toContain('rebase');
  expect(here.forge.comments.map(({ body }) => body)).toEqual([ran.text]);
});

test('a pull request into any other branch is not judged, whatever the branch is called', async () => {
  const here = await coop({ withCroft: false });
  const ran = await here.run(here.commit(garden), { context: { 'github.event.pull_request.base.ref': 'main;touch canary' } });
  harmless(here, ran);
  expect([ran.judge.result, ran.comment.result, here.forge.asked]).toEqual(['skipped', 'skipped', []]);
});

test('a branch that the hosts follow may have any name', patient, async () => {
  const name = 'main;touch${IFS}canary';
  const here = await coop();
  const ran = await here.run(here.commit(garden), { context: { 'github.event.pull_request.base.ref': name, 'github.event.repository.default_branch': name } });
  harmless(here, ran);
  expect(ran.judge.outputs['verdict']).toBe('green');
});
