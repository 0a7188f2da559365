/** Whoever was suspended or has retired, and is back, has exactly what was there before: the whole tree of the host is compared. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bare, discard, run, tree, type StoryHost } from './drive.ts';
import { base, changed, snapshot, type Documents } from './story.ts';

/** What a run writes down of itself, and not of what it was asked for. */
const ownNotes = ['var/lib/croft/inventory.jsonl'];
const ada = 'members/ada/member.yaml';

function without(host: StoryHost): ReadonlyMap<string, string> {
  return new Map([...tree(host)].filter(([path]) => !ownNotes.includes(path)));
}

function differing(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path)).toSorted();
}

/** Everything but the serial numbers of zones, which only ever grow. */
function withoutSerials(found: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...found].map(([path, text]) => [path, path.endsWith('.zone') ? text.replace(/\d+ ; serial/, '0 ; serial') : text]));
}

async function thereAndBack(away: (documents: Documents) => Documents): Promise<{ readonly between: readonly string[]; readonly after: readonly string[] }> {
  const host = bare('one');
  try {
    const documents = changed(base(), { 'members/ada/zones/ada.example.yaml': 'dnssec: true\nrecords: []\n' });
    const commits = [snapshot(documents, 0)];
    await run(host, commits);
    for (const [path, text] of [['home/ada/web/blog/index.html', 'my blog'], ['home/ada/.profile', 'x'], ['var/vmail/ada.example/ada/Maildir/cur/1', 'a letter'], ['var/lib/bind/croft/ada.example/K.private', 'a key']] as const) {
      mkdirSync(join(host.directory, path, '..'), { recursive: true });
      writeFileSync(join(host.directory, path), text, { mode: 0o640 });
    }
    const before = without(host);
    await run(host, [...commits, snapshot(away(documents), 1)]);
    const between = differing(before, without(host));
    const { outcomes } = await run(host, [...commits, snapshot(away(documents), 1), snapshot(documents, 2)]);
    expect(outcomes.filter(({ result }) => result !== 'done')).toEqual([]);
    return { between, after: differing(withoutSerials(before), withoutSerials(without(host))) };
  } finally {
    discard(host);
  }
}

it('a suspended member who is back has everything as before, and meanwhile nothing of hers had moved', async () => {
  const { between, after } = await thereAndBack((documents) => changed(documents, { [ada]: `${documents.get(`desired-state/${ada}`)}state: suspended\n` }));
  expect(after).toEqual([]);
  expect(between).toContain('etc/ssh/authorized_keys.d/ada');
  expect(between.filter((path) => /^(?:home|var\/vmail|var\/lib\/bind)\//.test(path))).toEqual([]);
});

it('a retired member who is back has everything as before, but for empty places where such things are put aside', async () => {
  const gone = { 'members/ada/vhosts/blog.ada.example.yaml': null, 'members/ada/zones/ada.example.yaml': null, 'members/ada/mailboxes/ada.example.yaml': null };
  const { between, after } = await thereAndBack((documents) => changed(documents, { ...gone, [ada]: `${documents.get(`desired-state/${ada}`)}state: retired\n` }));
  expect(between).toEqual(expect.arrayContaining(['home/ada/web/blog/index.html', 'var/vmail/ada.example/ada/Maildir/cur/1', 'var/lib/bind/croft/ada.example/K.private']));
  expect(after).toEqual(['home/.retired', 'var/lib/bind/croft/.retired', 'var/vmail/.retired']);
});

it('a member whose directory was taken away and is there again has everything as before', async () => {
  const { after } = await thereAndBack((documents) => new Map([...documents].filter(([path]) => !path.startsWith('desired-state/members/ada/'))));
  expect(after).toEqual(['home/.retired', 'var/lib/bind/croft/.retired', 'var/vmail/.retired']);
});
