import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseUnit } from '../../reconciler/formats/systemd.ts';

const root = join(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'croft-deb-test-'));
const dpkg = (...words: readonly string[]): string => execFileSync('dpkg-deb', words, { encoding: 'utf8' });
let deb = '';

beforeAll(() => {
  deb = execFileSync(process.execPath, ['packaging/deb.mjs', '13'], { cwd: root, encoding: 'utf8' }).trim();
  dpkg('-x', deb, work);
});
afterAll(() => rmSync(work, { recursive: true }));

it('holds only root’s files, none of them writable by others, below readable directories', () => {
  const lines = dpkg('-c', deb).trim().split('\n');
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.filter((line) => !/^(drwxr-xr-x|-rw[-x]r-[-x]r-[-x]) root\/root /.test(line))).toEqual([]);
});

it('depends on a node that is new enough, and leaves the configuration to the admin', () => {
  expect(dpkg('-f', deb, 'Depends')).toContain('nodejs (>= 20.19)');
  expect(dpkg('-I', deb, 'conffiles')).toBe('/etc/croft/config.yaml\n');
});

it('brings a program that runs', () => {
  expect(execFileSync(process.execPath, [join(work, 'usr/lib/croft/croft.cjs'), '--version'], { encoding: 'utf8' })).toMatch(/^croft \d/);
  expect(readFileSync(join(work, 'usr/bin/croft'), 'utf8')).toMatch(/^#!\/usr\/bin\/node\n/);
});

it('keeps the code of its program on the host, for the node that is there, and again when another one comes', () => {
  expect(dpkg('-c', deb)).not.toContain('program.code');
  execFileSync(process.execPath, [join(work, 'usr/lib/croft/keep-code')], { env: {}, stdio: 'ignore' });
  const kept = join(work, 'usr/lib/croft/program.code');
  expect(readFileSync(kept, 'latin1').split('\n')[0]).toContain(`compiled by node ${process.version} for ${process.arch}`);
  expect(statSync(kept).mode & 0o777).toBe(0o644);
  expect(execFileSync(process.execPath, [join(work, 'usr/lib/croft/croft.cjs'), '--version'], { encoding: 'utf8' })).toMatch(/^croft \d/);
  expect(readFileSync(join(work, 'usr/lib/croft/keep-code'), 'utf8')).toMatch(/^#!\/usr\/bin\/node\n/);
  expect(dpkg('-I', deb, 'triggers')).toBe('interest-noawait /usr/bin/node\n');
  expect(dpkg('-I', deb, 'postinst')).toMatch(/"\$1" = triggered \]; then\n +\/usr\/lib\/croft\/keep-code >\/dev\/null 2>&1 \|\| rm -f \/usr\/lib\/croft\/program.code\n/);
});

it('brings a manual page and a completion that know every command', () => {
  const page = execFileSync('gzip', ['-dc', join(work, 'usr/share/man/man8/croft.8.gz')], { encoding: 'utf8' });
  const completion = readFileSync(join(work, 'usr/share/bash-completion/completions/croft'), 'utf8');
  for (const verb of ['init', 'check', 'plan', 'reconcile', 'drift', 'why']) {
    expect(page).toContain(`.SS "${verb} `);
    expect(completion).toContain(`${verb})`);
  }
  const offered = execFileSync('bash', ['-c', `. '${join(work, 'usr/share/bash-completion/completions/croft')}'; COMP_WORDS=(croft pl); COMP_CWORD=1; _croft; echo "\${COMPREPLY[@]}"`], { encoding: 'utf8' });
  expect(offered).toBe('plan\n');
});

it('can make a system user and a key for the host', () => {
  expect(dpkg('-f', deb, 'Depends').trim().split(', ')).toEqual(expect.arrayContaining(['adduser', 'openssh-client']));
  for (const script of ['postinst', 'prerm', 'postrm']) execFileSync('sh', ['-n'], { input: dpkg('-I', deb, script) });
});

describe('the half that reads documents', () => {
  const settings = (name: string): ReadonlyMap<string, string> => new Map(parseUnit(readFileSync(join(work, 'usr/lib/systemd/system', name), 'utf8')).flatMap((section) => section.settings));

  it.each(['croft-compile.service', 'croft-publish.service'])('%s is not root, and has bounds and a sandbox', (name) => {
    expect(Object.fromEntries(settings(name))).toMatchObject({
      User: 'croft', NoNewPrivileges: 'yes', CapabilityBoundingSet: '', ProtectSystem: 'strict', ProtectHome: 'yes', PrivateUsers: 'yes', RestrictNamespaces: 'yes',
      StateDirectory: 'croft/repository.git croft/spool', LoadCredential: 'host.key:/etc/croft/host.key', RestrictAddressFamilies: 'AF_INET AF_INET6',
    });
    for (const bound of [settings(name).get('Type') === 'oneshot' ? 'TimeoutStartSec' : 'RuntimeMaxSec', 'MemoryMax', 'TasksMax']) expect(settings(name).get(bound), bound).toMatch(/^[0-9]/);
  });

  it('is begun when croft.service is over, or else beside it, and waits until that one knows what to ask', () => {
    for (const when of ['Wants', 'OnSuccess']) expect(settings('croft.service').get(when)?.split(' '), when).toContain('croft-compile.service');
    expect(settings('croft-compile.service').get('ExecStart')).toBe('/usr/bin/croft compile --wait');
  });

  it('has a user of its own, and what was root\'s of the mirror becomes that user\'s once', () => {
    const script = dpkg('-I', deb, 'postinst');
    expect(script).toContain('adduser --quiet --system --group --home /nonexistent --no-create-home --shell /usr/sbin/nologin croft\n');
    expect(script).toMatch(/stat -c %U \/var\/lib\/croft\/repository\.git\)" = root \]; then\n +chown -hR croft:croft/);
  });
});

describe('a kick', () => {
  const unit = (name: string): readonly (readonly [string, string])[] => parseUnit(readFileSync(join(work, 'usr/lib/systemd/system', name), 'utf8')).flatMap(({ settings }) => settings);
  const all = (name: string, setting: string): readonly string[] => unit(name).filter(([key]) => key === setting).map(([, value]) => value);

  it('leaves one file and says so, whatever the server asked for', () => {
    const place = join(work, 'kick-place');
    mkdirSync(place);
    const script = readFileSync(join(work, 'usr/lib/croft/kick'), 'utf8').replace('/run/croft-kick', place);
    const said = execFileSync('sh', ['-s', '--', 'reboot'], { input: script, cwd: place, env: { ...process.env, SSH_ORIGINAL_COMMAND: 'touch elsewhere' }, encoding: 'utf8' });
    expect(said).toMatch(/^croft on \S+ will look for news\n$/);
    expect(readdirSync(place)).toEqual(['now']);
  });

  it('can be run by everybody and written by root alone', () => {
    expect(statSync(join(work, 'usr/lib/croft/kick')).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(work, 'usr/lib/tmpfiles.d/croft.conf'), 'utf8')).toContain('\nd /run/croft-kick 0755 croft-kick croft-kick -\n');
  });

  it('starts a run by the file that the script makes and the run removes, before anything can keep it from running', () => {
    expect(all('croft.path', 'PathExists')).toEqual(['/run/croft-kick/now']);
    expect(all('croft.path', 'Unit')).toEqual(['croft.service']);
    expect(all('croft.path', 'WantedBy')).toEqual(['paths.target']);
    expect(all('croft.service', 'ExecCondition')).toEqual([`+/bin/sh -c "rm -rf /run/croft-kick/now; exec grep -q '^[^#]' /etc/croft/config.yaml"`]);
  });

  it('does not wait for a user manager to be started', () => {
    expect(dpkg('-I', deb, 'postinst')).toContain('\n  : > /var/lib/systemd/linger/croft-kick\n');
    expect(dpkg('-I', deb, 'postrm')).toContain(' /var/lib/systemd/linger/croft-kick\n');
  });

  it('cannot come too often for systemd', () => {
    expect(all('croft.service', 'StartLimitIntervalSec')).toEqual(['0']);
    const perSecond = Number(all('croft.path', 'TriggerLimitBurst')[0]) / Number.parseInt(all('croft.path', 'TriggerLimitIntervalSec')[0] ?? '', 10);
    expect(perSecond).toBeGreaterThanOrEqual(100);
  });
});

it('puts back what was half exchanged before any daemon starts, and only where there is something', () => {
  const settings = parseUnit(readFileSync(join(work, 'usr/lib/systemd/system/croft-recover.service'), 'utf8')).flatMap((section) => section.settings);
  const all = (setting: string): string => settings.filter(([key]) => key === setting).map(([, value]) => value).join(' ');
  expect(all('DefaultDependencies')).toBe('no');
  expect(all('ConditionDirectoryNotEmpty')).toBe('/var/lib/croft/transactions');
  expect(all('Before').split(' ')).toContain('sysinit.target');
  expect(all('After').split(' ')).toContain('local-fs.target');
  expect(all('WantedBy')).toBe('sysinit.target');
  expect(all('ExecStart')).toBe('/usr/bin/croft recover');
  expect(dpkg('-I', deb, 'postinst')).toMatch(/for unit in .*\bcroft-recover\.service\b/);
});

it('brings a unit and a timer that spread the hosts’ runs', () => {
  expect(readFileSync(join(work, 'usr/lib/systemd/system/croft.timer'), 'utf8')).toMatch(/RandomizedDelaySec=\d+s/);
  expect(readFileSync(join(work, 'usr/lib/systemd/system/croft.service'), 'utf8')).toContain('ExecStart=/usr/bin/croft reconcile');
});
