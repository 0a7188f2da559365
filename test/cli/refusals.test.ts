/** A disk that is full, or read-only, anywhere below a host: one clear line and a status, never a stack trace. In mount namespaces of their own, so as root. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { croft, stage, type Said, type Stage } from './croft.ts';

const program = join(import.meta.dirname, '../../dist/croft.cjs');

let on: Stage;
beforeAll(async () => {
  on = await stage();
  expect(croft(['reconcile', ...on.where]).status).toBe(0);
  await on.commit({ 'members/ada/vhosts/new.ada.example.yaml': 'static:\n  root: web/new\n' });
});
afterAll(() => rmSync(on.directory, { recursive: true }));

/** Run croft where a mount stands over a part of its host; `$1` is the host's directory, `$2` a copy of it to fill from. */
function where(mounts: string, words: readonly string[]): Said {
  const copy = join(on.directory, 'copy');
  cpSync(join(on.directory, 'one'), copy, { recursive: true, verbatimSymlinks: true });
  const script = `set -e; ${mounts}; shift 2; exec "$@"`;
  const argv = ['--mount', 'sh', '-c', script, 'sh', join(on.directory, 'one'), copy, process.execPath, program, ...words, ...on.where];
  const { status, stdout, stderr } = spawnSync('unshare', argv, { encoding: 'utf8' });
  rmSync(copy, { recursive: true });
  return { status, stdout, stderr };
}

const whole = 'mount -t tmpfs -o size=64m none "$1"; cp -a "$2"/. "$1"';
const fill = (below: string): string => `dd if=/dev/zero of="$1/${below}/fill" bs=4k status=none 2>/dev/null || true`;

const readOnly = (below: string): string => `mkdir -p "$1/${below}"; mount --bind "$1/${below}" "$1/${below}"; mount -o remount,bind,ro "$1/${below}"`;

interface Trouble {
  readonly name: string;
  readonly mounts: string;
  readonly status: 0 | 1 | 3;
  readonly says: RegExp;
}

const troubles: readonly Trouble[] = [
  { name: 'a host whose disk is full', mounts: `${whole}; ${fill('var/lib/croft')}`, status: 1, says: /^croft: cannot begin a run: \/run\/croft\/lock cannot be made: the disk is full \(ENOSPC\)\n$/ },
  { name: 'a host whose disk is read-only', mounts: `${whole}; mount -o remount,ro "$1"`, status: 1, says: /^croft: cannot begin a run: \/run\/croft\/lock cannot be made: the file system is read-only \(EROFS\)\n$/ },
  { name: 'a lock that cannot be taken', mounts: 'mount -t tmpfs -o ro none "$1/run"', status: 1, says: /^croft: cannot begin a run: \/run\/croft\/lock cannot be made: the file system is read-only \(EROFS\)\n$/ },
  {
    name: 'a state directory on a full disk', mounts: `mount -t tmpfs -o size=16m none "$1/var/lib/croft"; cp -a "$2/var/lib/croft/." "$1/var/lib/croft"; ${fill('var/lib/croft')}`, status: 1,
    says: /^croft: cannot change \/var\/lib\/croft\/\S+: the disk is full \(ENOSPC\)\n$/,
  },
  { name: 'a state directory that is read-only', mounts: readOnly('var/lib/croft'), status: 1, says: /^croft: cannot change \/var\/lib\/croft\/\S+: the file system is read-only \(EROFS\)\n$/ },
  { name: 'a mirror that is read-only', mounts: readOnly('var/lib/croft/repository.git'), status: 0, says: /note: \S+ did not answer: cannot make \S+\/incoming for what is to come: the file system is read-only\nnote: the last good commit is used/ },
  { name: 'a configuration that is read-only', mounts: readOnly('etc'), status: 3, says: /^failed ada: file:\/etc\/apache2\/croft\/sites\/new\.ada\.example\.conf: .*the file system is read-only \(EROFS\); next attempt at /m },
];

describe.runIf(process.getuid?.() === 0)('a run on', () => {
  it.each(troubles)('$name says so and ends with $status', ({ mounts, status, says }) => {
    const said = where(mounts, ['reconcile']);
    expect(said.status, said.stdout + said.stderr).toBe(status);
    expect(status === 1 ? said.stderr : said.stdout).toMatch(says);
    expect(`${said.stdout}${said.stderr}`).not.toMatch(/this is a bug|^ +at /m);
  });

  it('any of them is followed by one that does the rest', () => {
    const said = croft(['reconcile', ...on.where]);
    expect(said.status, said.stdout + said.stderr).toBe(0);
    expect(existsSync(join(on.directory, 'one/etc/apache2/croft/sites/new.ada.example.conf'))).toBe(true);
    expect(croft(['plan', ...on.where, '--exit-code']).status).toBe(0);
  });
});

/** A file that something else is mounted on can be read, but nothing takes its place. */
const held = (name: string): string => `mount --bind "$1/var/lib/croft/${name}" "$1/var/lib/croft/${name}"`;

const unwritten: readonly (readonly [string, RegExp])[] = [
  ['inventory.jsonl', /^failed the co-op: file:\/var\/lib\/croft\/inventory\.jsonl: cannot change \/var\/lib\/croft\/inventory\.jsonl: .*\n {2}desired-state\/cluster\.yaml:1:1$/m],
  ['trusted.json', /^note: what this run did is not written down as a whole: cannot change \/var\/lib\/croft\/trusted\.json: it is in use/m],
  ['handover.jsonl', /^note: what this run did is not written down as a whole: cannot change \/var\/lib\/croft\/handover\.jsonl: it is in use/m],
  ['handover.new', /^note: what this run did is not written down as a whole: cannot change \/var\/lib\/croft\/handover\.new: it is in use/m],
  ['report.json', /^note: what this run did is not written down as a whole: cannot change \/var\/lib\/croft\/report\.json: it is in use/m],
];

describe.runIf(process.getuid?.() === 0)('a run that cannot write down', () => {
  it.each(unwritten)('%s tells all that it did, and ends with 3', async (name, says) => {
    const mark = `for ${name}`;
    const change = (value: string): Promise<unknown> => on.commit({ 'members/ada/vhosts/new.ada.example.yaml': `static:\n  root: web/new\nheaders:\n  - { name: X-Note, value: '${value}' }\n` });
    // All of the copy is written where all was handed over, and what is new beside it where that was.
    if (name === 'handover.jsonl') rmSync(join(on.directory, 'one/var/lib/croft/still'), { force: true });
    if (name === 'handover.new') {
      await change('one before it');
      expect(croft(['reconcile', ...on.where]).status).toBe(0);
      expect(readFileSync(join(on.directory, 'one/var/lib/croft', name), 'utf8').split('\n').length).toBeGreaterThan(2);
    }
    await change(mark);
    const said = where(held(name), ['reconcile']);
    expect(said.status, said.stdout + said.stderr).toBe(3);
    expect(said.stdout).toMatch(says);
    expect(said.stdout).toMatch(/^one @ [0-9a-f]{10}: 2 changes done/);
    expect(said.stderr).toBe('');
    expect(readFileSync(join(on.directory, 'one/etc/apache2/croft/sites/new.ada.example.conf'), 'utf8')).toContain(mark);
    if (name !== 'report.json') expect(readFileSync(join(on.directory, 'one/var/lib/croft/report.json'), 'utf8')).toContain(`cannot change /var/lib/croft/${name}`);
    const next = croft(['reconcile', ...on.where]);
    expect(next.status, next.stdout + next.stderr).toBe(0);
    expect(next.stdout).toContain('as desired, nothing changed');
  });
});

describe('a run that did not end', () => {
  it('leaves nothing staged behind, also where the next one has nothing to change', () => {
    const left = ['etc/apache2/croft/sites/.gone.ada.example.conf.croft-0123456789abcdef', 'var/lib/extrausers/.shadow.croft-fedcba9876543210'].map((name) => join(on.directory, 'one', name));
    croft(['reconcile', ...on.where]);
    for (const path of left) writeFileSync(path, 'what nobody wants any more');
    expect(croft(['reconcile', ...on.where]).stdout).toContain('nothing changed');
    expect(left.filter((path) => existsSync(path))).toEqual(left);
    writeFileSync(join(on.directory, 'one/var/lib/croft/run.json'), JSON.stringify({ startedAt: Date.UTC(2026, 10, 23, 14, 3, 22), step: 'changing the host', after: null }));
    expect(croft(['reconcile', ...on.where]).stdout).toContain('nothing changed');
    expect(left.filter((path) => existsSync(path))).toEqual([]);
  });

  it('is told by the next one, in its report as well', () => {
    writeFileSync(join(on.directory, 'one/var/lib/croft/run.json'), JSON.stringify({ startedAt: Date.UTC(2026, 10, 23, 14, 3, 22), step: 'looking at the host', after: null }));
    const said = croft(['reconcile', ...on.where]);
    expect(said.stdout).toContain('note: the run that began at 2026-11-23T14:03:22Z did not end: it was looking at the host');
    const report = JSON.parse(readFileSync(join(on.directory, 'one/var/lib/croft/report.json'), 'utf8')) as { readonly notices: readonly string[] };
    expect(report.notices[0]).toContain('did not end');
    expect(croft(['reconcile', ...on.where]).stdout).not.toContain('did not end');
  });
});

describe('the verbs of the other half', () => {
  it.each(['compile', 'publish'])('%s does nothing without a request, and nothing as root', (verb) => {
    const said = croft([verb, '--request', join(on.directory, 'none'), '--answer', join(on.directory, 'answer')]);
    expect(said.status).toBe(1);
    expect(said.stderr).toMatch(/^croft: cannot (?:compile|publish) as root|^croft: cannot find out what to do/);
    expect(existsSync(join(on.directory, 'answer'))).toBe(false);
  });
});
