/** What the first job makes of an event, a fetch, and a croft that went wrong: the last belt when every other has come off. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { room } from '../git/fixture.ts';
import { coop, type Files } from './pull.ts';
import { commandsIn } from './runner.ts';

const marker = '<!-- croft-preview -->';
const patient = { timeout: 120_000 };

/** A croft of a few lines: what it says to each command and format. */
function saying(said: { readonly [about: string]: string }, status = 0): Files {
  const program = `const said = ${JSON.stringify(said)};
const [command, format] = [process.argv[2], process.argv[process.argv.indexOf('--format') + 1]];
const { cwd, env, argv } = process;
process.stdout.write((said[format] ?? '').replaceAll('PLACES', [cwd(), ...argv].join(' ')).replaceAll('ENVIRONMENT', JSON.stringify(Object.keys(env).sort())));
process.stderr.write((said.stderr ?? '').replaceAll('PLACES', [cwd(), ...argv, env.HOME].join(' ')));
process.exitCode = command === 'check' ? 1 : ${status};`;
  return { 'bin/croft.mjs': program, 'scripts/build.mjs': '' };
}

const fine = { json: JSON.stringify({ verdict: 'amber' }), markdown: `${marker}\n\nwell` };

const ids = [
  { name: 'a branch', id: 'main' },
  { name: 'a short id', id: '4be21c9d03' },
  { name: 'an id of 41 digits', id: 'a'.repeat(41) },
  { name: 'an id in capitals', id: 'A'.repeat(40) },
  { name: 'an id and a second line', id: `${'a'.repeat(40)}\n::set-output name=verdict::green` },
  { name: 'a command', id: '$(touch canary)' },
  { name: 'an option', id: '--upload-pack=touch canary' },
  { name: 'nothing', id: '' },
];

test('a head that is no full commit id ends the job before anything is fetched, and is not repeated', patient, async () => {
  const { forge, run } = await coop({ withCroft: false });
  for (const { name, id } of ids) {
    const { judge, comment, left } = await run(id, { croft: saying(fine) });
    expect([name, judge.result, comment.result]).toEqual([name, 'failure', 'failure']);
    expect(judge.log).toBe('::error::cannot judge this change: what the event calls HEAD is no full commit id of 40 hexadecimal digits\n');
    expect(left.filter((path) => /croft-change|canary/.test(path))).toEqual([]);
  }
  expect(forge.comments.map(({ body }) => body)).toEqual([expect.stringMatching(/^<!-- croft-preview -->\n\n\*\*croft has not judged the newest commit/)]);
});

test('croft from elsewhere is taken at a commit only', patient, async () => {
  const { run, commit } = await coop({ withCroft: false });
  const { judge } = await run(commit({ file: 'x' }), { croft: {}, context: { 'inputs.croft-ref': '' } });
  expect([judge.result, judge.log]).toEqual(['failure', '::error::cannot tell which croft to use: give croft-ref, its full commit id, with croft-repository\n']);
});

test('a repository without croft is told to name one', patient, async () => {
  const { run, commit } = await coop({ withCroft: false });
  const { judge, comment } = await run(commit({ 'bin/croft.mjs': 'process.exit(0)' }));
  expect([judge.result, comment.result]).toEqual(['failure', 'failure']);
  expect([judge, comment].map(({ obeyed }) => obeyed.map(({ text }) => text))).toEqual([
    ['cannot find croft in the base of this repository: name the croft to use with croft-repository and croft-ref'],
    ['cannot find croft in the base of this repository'],
  ]);
});

const refused = [
  { name: 'a submodule address that is an option', file: '.gitmodules', content: '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch canary\n' },
  { name: 'a submodule below another repository', file: '.gitmodules', content: '[submodule "../../x"]\n\tpath = x\n\turl = https://x.example/\n' },
];

test('objects that git itself finds dangerous are not taken in', patient, async () => {
  const { run, commit } = await coop({ withCroft: false });
  for (const { name, file, content } of refused) {
    const { judge, text } = await run(commit({ [file]: content }), { croft: saying(fine) });
    expect([name, judge.result, text]).toEqual([name, 'failure', '']);
    expect(judge.log).toMatch(/gitmodules(Url|Name)/);
    expect(judge.obeyed.map(({ command, text: said }) => [command, said])).toEqual([['error', 'cannot fetch the head of this change: git says above why']]);
  }
});

test('a commit that the forge does not have is said so, and git asks nobody for a password', patient, async () => {
  const { run } = await coop({ withCroft: false });
  const { judge } = await run('f'.repeat(40), { croft: saying(fine) });
  expect(judge.result).toBe('failure');
  expect(judge.obeyed.map(({ text }) => text)).toEqual(['cannot fetch the head of this change: git says above why']);
});

test("the hosts' reports are fetched with the base", patient, async () => {
  const { run, commit, publish } = await coop({ withCroft: false });
  const head = commit({ file: 'x' });
  publish('refs/croft/hosts/one');
  const { left, judge } = await run(head, { croft: saying(fine) });
  expect(judge.outputs['verdict']).toBe('amber');
  expect(left.find((path) => path.endsWith('croft-change.git/refs/croft/hosts/one'))).toBeDefined();
});

test('croft is started with nothing of the environment of the job', patient, async () => {
  const { run, commit } = await coop({ withCroft: false });
  const { text } = await run(commit({ file: 'x' }), { croft: saying({ json: fine.json, markdown: `${marker}\nENVIRONMENT` }) });
  expect(JSON.parse(text.slice(marker.length))).toEqual(['NO_COLOR', 'PATH']);
});

const gone = [
  { name: 'a page that is too long', said: { ...fine, markdown: `${marker}\n${'x'.repeat(70_000)}` } },
  { name: 'a page without its marker', said: { ...fine, markdown: 'well' } },
  { name: 'no page', said: { ...fine, markdown: '' } },
  { name: 'no facts', said: { ...fine, json: '' } },
  { name: 'a verdict of its own', said: { ...fine, json: '{"verdict":"green\\ncomment-1=x"}' } },
  { name: 'a bug, with its stack', said: { stderr: 'croft: this is a bug in croft 0.1.0, please report it\nError: at PLACES' }, status: 70 },
  { name: 'facts, and a bug for the page', said: { ...fine, stderr: 'PLACES' }, status: 70 },
];

test('when croft goes wrong, nobody is told that the change was judged', patient, async () => {
  const { forge, run, commit } = await coop({ withCroft: false });
  const head = commit({ file: 'x' });
  for (const { name, said, status } of gone) {
    const { judge, comment, text } = await run(head, { croft: saying(said, status) });
    expect([name, judge.result, judge.outputs['verdict'], comment.result]).toEqual([name, 'success', 'invalid', 'failure']);
    expect([name, text]).toEqual([name, expect.stringMatching(/^<!-- croft-preview -->\n\n\*\*croft cannot preview ` [0-9a-f]{10} `\.\*\*.*\n\nThis is a fault of croft or of the runner/)]);
    expect([forge.comments.map(({ body }) => body), forge.labels]).toEqual([[text], []]);
  }
});

test("croft's own reason is shown as code, without the places of the machine", patient, async () => {
  const { run, commit } = await coop({ withCroft: false });
  const croft = saying({ stderr: 'croft: cannot read `x` ``y of PLACES: \u001b[2J@everyone </details>\nrebase first' }, 1);
  const { text } = await run(commit({ file: 'x' }), { croft });
  const [, reason = ''] = /nobody has judged it\.\n\n(.*)$/.exec(text) ?? [];
  expect(reason).toMatch(/^``` cannot read `x` ``y of … .*the repository.*: \?\[2J@ everyone <\/details> – rebase first ```$/);
});

test('no line of croft is obeyed but its annotations, a bounded number of them', patient, async () => {
  const annotation = '::error file=desired-state/members/ada/member.yaml,line=3,col=1,title=schema/unknown-field::cannot use `x`: ##[add-path]/x ::add-mask::y';
  const commands = [
    '::set-output name=verdict::green', '::add-mask::green', ' ::set-env name=PATH::/x', 'x ##[add-path]/x', '::stop-commands::x', '::x::', '\r::add-path::/x', '\u2028::add-path::/x',
    '::error::y', '::error file=a:b,line=1,col=1,title=x::y', '::warning file=a,line=1,col=1,title=x::y',
  ];
  const said = { ...fine, github: [...commands, ...Array.from({ length: 70 }, () => annotation)].join('\n'), stderr: commands.join('\n') };
  expect(commandsIn(commands.join('\n')).length).toBeGreaterThan(3);
  const { run, commit } = await coop({ withCroft: false });
  const { judge } = await run(commit({ file: 'x' }), { croft: saying(said) });
  expect(judge.outputs['verdict']).toBe('amber');
  const [only] = annotation.slice(2).split('::');
  expect(new Set(judge.obeyed.map(({ command, properties }) => `${command} ${properties}`))).toEqual(new Set([only]));
  expect(judge.obeyed).toHaveLength(50);
});

test('a page of 60,000 characters of any script reaches the comment whole', patient, async () => {
  const page = `${marker}\n${'村'.repeat(60_000 - marker.length - 1)}`;
  const { forge, run, commit } = await coop({ withCroft: false });
  const { judge, comment } = await run(commit({ file: 'x' }), { croft: saying({ ...fine, markdown: page }) });
  expect([comment.result, forge.comments.map(({ body }) => body)]).toEqual(['success', [page]]);
  for (const value of Object.values(judge.outputs)) expect(value.length).toBeLessThan(131_072);
});

test('no script of a package runs when croft is installed', patient, async () => {
  const canary = room();
  const sing = Object.fromEntries(['preinstall', 'install', 'postinstall', 'prepare'].map((name) => [name, `touch ${canary}/${name}`]));
  const song = { version: '1.0.0', hasInstallScript: true };
  const whole = { name: 'croft', version: '1.0.0', dependencies: { song: 'file:song' } };
  const files = {
    ...saying(fine), '.npmrc': 'offline=true\n',
    'package.json': JSON.stringify({ ...whole, scripts: sing }),
    'song/package.json': JSON.stringify({ name: 'song', version: '1.0.0', scripts: sing }),
    'package-lock.json': JSON.stringify({ ...whole, lockfileVersion: 3, packages: { '': whole, 'node_modules/song': { resolved: 'song', link: true }, song } }),
  };
  const { run, commit } = await coop({ withCroft: false });
  const { judge, left } = await run(commit({ file: 'x' }), { croft: files, context: { 'inputs.modules': '' } });
  const installed = left.find((path) => path.endsWith('croft/node_modules/.package-lock.json')) ?? '';
  expect([judge.outputs['verdict'], readdirSync(canary)]).toEqual(['amber', []]);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: join(dirname(installed), '..'), stdio: 'ignore' });
  expect(readdirSync(canary)).toContain('postinstall');
});
