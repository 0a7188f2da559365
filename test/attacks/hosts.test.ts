import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Snapshot } from '../../reconciler/model/snapshot.ts';
import { bare, byHand, discard, planned, programs, run, type StoryHost } from '../scenarios/drive.ts';
import { base, changed, snapshot } from '../scenarios/story.ts';

const first = snapshot(base(), 0);

/** Make a host that is as the small co-op wants it, and throw it away afterwards. */
async function onHost(act: (host: StoryHost) => Promise<void>): Promise<void> {
  const host = bare('one');
  try {
    await run(host, [first]);
    await act(host);
  } finally {
    discard(host);
  }
}

function after(files: { readonly [path: string]: string | null }): readonly Snapshot[] {
  return [first, snapshot(changed(base(), files), 1)];
}

const text = ({ directory }: StoryHost, path: string): string => readFileSync(join(directory, path), 'utf8');
const site = (name: string): string => `/etc/apache2/croft/sites/${name}.conf`;
const member = (name: string, uid: number, more = ''): string => `name: X\nuid: ${uid}\nlimits: regular\nemail: ${name}@private.example\n${more}`;

test('a site that the web server refuses keeps only itself from changing', async () => {
  await onHost(async (host) => {
    const before = text(host, site('blog.ada.example'));
    const commits = after({
      'members/ada/vhosts/blog.ada.example.yaml': 'static: { root: web/blog }\nheaders: [{ name: X-Note, value: "croft-rooted: refuse" }]\n',
      'members/bob/vhosts/new.bob.example.yaml': 'proxy: { port: 20010 }\n',
    });
    const { outcomes } = await run(host, commits);
    expect(outcomes.filter(({ result }) => result !== 'done').map(({ id, result }) => `${id} ${result}`)).toEqual([`file:${site('blog.ada.example')} failed`]);
    expect(text(host, site('blog.ada.example'))).toBe(before);
    expect(text(host, site('new.bob.example'))).toContain('20010');
    expect(programs(host)).toContain('systemctl reload apache2.service');
  });
});

test('a name that was another name becomes an address with one change of its zone', async () => {
  const zone = (record: string): { readonly [path: string]: string } => ({ 'members/ada/zones/ada.example.yaml': `records:\n  - { name: nas, ${record} }\n` });
  await onHost(async (host) => {
    const named = after(zone('type: CNAME, target: nas.elsewhere.example.'));
    await run(host, named);
    const addressed = [...named, snapshot(changed(base(), zone('type: A, address: 198.51.100.8')), 2)];
    const { planned: { plan } } = await run(host, addressed);
    const changes = plan.changes.filter(({ resource }) => resource.kind !== 'unit').map(({ verb, resource }) => `${verb} ${resource.id}`);
    expect(changes).toEqual(['update zone:/etc/bind/croft/zones/ada.example.zone']);
    const lines = text(host, '/etc/bind/croft/zones/ada.example.zone').split('\n').filter((line) => line.startsWith('nas.'));
    expect(lines).toEqual(['nas.ada.example. IN A 198.51.100.8']);
  });
});

test('a file in the place of a folder stops nobody else', async () => {
  const odd = ['/home/carol', '/etc/systemd/system/user-10004.slice.d/50-croft.conf'] as const;
  await onHost(async (host) => {
    for (const path of odd) byHand(host, { remove: path });
    byHand(host, { write: odd[0], text: 'mine\n' });
    byHand(host, { write: `${odd[1]}/keep`, text: 'mine\n' });
    const commits = after({ 'members/bob/vhosts/new.bob.example.yaml': 'proxy: { port: 20010 }\n' });
    const { plan } = await planned(host, commits);
    const told = plan.changes.flatMap(({ resource: { id }, differences }) => differences
      .filter(({ attribute, cause }) => attribute === 'type' && cause === 'drift')
      .map(({ owner }) => `${id} ${owner}`));
    expect(told.toSorted().join('\n')).toBe([`file:${odd[1]} member:carol`, `home:${odd[0]} member:carol`].join('\n'));
    const { outcomes } = await run(host, commits);
    const failed = outcomes.filter(({ result }) => result !== 'done').map(({ id, result }) => `${id} ${result}`);
    expect(failed.filter((each) => !/carol|10004/.test(each)).filter((each) => !each.startsWith('unit:systemd'))).toEqual([]);
    expect(text(host, site('new.bob.example'))).toContain('20010');
    expect([text(host, odd[0]), text(host, `${odd[1]}/keep`)]).toEqual(['mine\n', 'mine\n']);
  });
});

test('two changes that are right alone hold only whoever came later', async () => {
  const shop = { 'members/bob/member.yaml': member('bob', 10003, 'domains: [bob.example, shop.example]\nports: [20010]\n') };
  const both = { ...shop, 'members/carol/member.yaml': member('carol', 10004, 'domains: [shop.example]\n') };
  await onHost(async (host) => {
    const one = after(shop);
    await run(host, one);
    const { planned: { plan } } = await run(host, [...one, snapshot(changed(base(), both), 2)]);
    expect(plan.holds.map(({ owner, problems }) => [owner, ...problems.map(({ code }) => code)])).toEqual([['member:carol', 'member/duplicate-domain']]);
  });
});

test('whoever asks for what is another one\'s takes it from nobody, whatever she is called and whenever she came', async () => {
  const zoe = {
    'members/zoe/member.yaml': member('zoe', 10000),
    'members/zoe/zones/bob.example.yaml': 'records: []\n',
    'members/zoe/zones/nas.ada.example.yaml': 'records: []\n',
    'members/zoe/vhosts/app.bob.example.yaml': "redirect: { to: 'https://evil.example' }\naliases: [blog.ada.example]\n",
    'members/zoe/mailboxes/ada.example.yaml': 'aliases:\n  info: [spy@evil.example]\n  ada: [spy@evil.example]\n',
  };
  await onHost(async (host) => {
    const { planned: { plan } } = await run(host, after(zoe));
    expect(plan.holds.map(({ owner }) => owner)).toEqual(['member:zoe']);
    expect(plan.changes.filter(({ resource }) => resource.owner !== 'coop').map(({ resource }) => resource.id)).toEqual([]);
    for (const path of ['/etc/postfix/croft/virtual-aliases', '/etc/bind/croft/zones/ada.example.zone', site('app.bob.example')]) expect(text(host, path)).not.toContain('evil');
  });
});

test('a member called like something that every JavaScript object has is a member like any other', async () => {
  await onHost(async (host) => {
    await run(host, after({ 'members/constructor/member.yaml': member('constructor', 10020), 'members/tostring/member.yaml': member('tostring', 10021) }));
    expect(text(host, '/var/lib/extrausers/passwd').split('\n').filter((line) => /^(?:constructor|tostring):/.test(line))).toHaveLength(2);
    expect(existsSync(join(host.directory, 'home/constructor'))).toBe(true);
  });
});
