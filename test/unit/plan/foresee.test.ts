/**
 * What is foreseen must be what happens: a host that is exactly as one commit says plans the next commit, and that plan is compared
 * with the one that was worked out without a host.
 */
import { describe, expect, it } from 'vitest';
import type { Change, Plan } from '../../../reconciler/model/plan.ts';
import type { Catalog } from '../../../reconciler/model/resource.ts';
import type { Snapshot } from '../../../reconciler/model/snapshot.ts';
import { foresee } from '../../../reconciler/plan/foresee.ts';
import { kinds } from '../../../reconciler/resources/index.ts';
import { bare, byHand, discard, planned, run, understood } from '../../scenarios/drive.ts';
import { base, changed, snapshot, stories, type Story } from '../../scenarios/story.ts';

const quiet = stories().filter(({ events }) => events.every(({ hand = [] }) => hand.length === 0));
/** Changes that no story makes. */
const more: readonly Story[] = [
  { name: 'a zone is given up', host: 'one', events: [{ commit: { 'members/ada/zones/ada.example.yaml': null }, expect: {} }] },
  { name: 'a mail domain is given up', host: 'one', events: [{ commit: { 'members/ada/mailboxes/ada.example.yaml': null }, expect: {} }] },
];
const site = '/etc/apache2/croft/sites/blog.ada.example.conf';

/** What a removed zone's serial is, and whether a removed quota has a project, only the host can tell. */
function isUnknowable({ verb, resource }: Change): boolean {
  return verb === 'remove' && (resource.kind === 'zone' || resource.kind === 'quota');
}

function lines({ changes }: Plan): readonly string[] {
  return changes.map((change) => {
    const told = change.differences.filter(({ attribute }) => !isUnknowable(change) || !['serial', 'project'].includes(attribute));
    return JSON.stringify([change.verb, change.resource.id, told.map(({ attribute, actual, desired }) => [attribute, actual, desired])]);
  });
}

describe('a plan made without a host is the host\'s own', () => {
  it.each([...quiet, ...more].map((story) => [story.name, story] as const))('%s', async (_, { host: name, files, events }) => {
    let documents = changed(base(), files);
    let commits: readonly Snapshot[] = [snapshot(documents, 0)];
    const host = bare(name);
    try {
      await run(host, commits);
      for (const [index, { commit }] of events.entries()) {
        const before = (await understood(commits, name)).catalog;
        documents = changed(documents, commit);
        commits = [...commits, snapshot(documents, index + 1)];
        const after = await understood(commits, name);
        const { plan } = await planned(host, commits);
        const foreseen = foresee({ catalog: after.catalog, holds: after.holds, kinds, before, drift: [] });
        expect(lines(foreseen)).toEqual(lines(plan));
        expect(foreseen.checksum === plan.checksum).toBe(!plan.changes.some(isUnknowable));
        await run(host, commits);
      }
    } finally {
      discard(host);
    }
  });

  it('also where somebody changed the host by hand, as far as the host reported it', async () => {
    const commits = [snapshot(base(), 0)];
    const host = bare('one');
    try {
      await run(host, commits);
      await byHand(host, { chmod: site, mode: '600' });
      const { plan } = await planned(host, commits);
      const drift = plan.changes.flatMap(({ resource, differences }) => differences.filter(({ cause }) => cause === 'drift').map(({ attribute, actual, desired, owner }) => ({ id: resource.id, owner, attribute, actual, desired })));
      expect(drift).toEqual([{ id: `file:${site}`, owner: 'member:ada', attribute: 'mode', actual: '0600', desired: '0644' }]);
      const { catalog, holds } = await understood(commits, 'one');
      const foreseen = foresee({ catalog, holds, kinds, before: catalog, drift });
      expect(foreseen.changes.map(({ resource, cause }) => `${resource.id} ${cause}`)).toEqual([`file:${site} drift`, 'unit:apache2.service pending']);
      expect(foreseen.checksum).toBe(plan.checksum);
    } finally {
      discard(host);
    }
  });
});

describe('a plan made without a host', () => {
  it('adds everything to a host that was not there, and changes nothing on one that stays as it is', async () => {
    const { catalog, holds } = await understood([snapshot(base(), 0)], 'two');
    const nothing: Catalog = { host: 'two', revision: '0', time: 0, resources: [] };
    expect(foresee({ catalog, holds, kinds, before: nothing, drift: [] }).changes.every(({ verb }) => verb === 'create')).toBe(true);
    expect(foresee({ catalog, holds, kinds, before: catalog, drift: [] }).changes).toEqual([]);
  });

  it('knows that a secret drifted though the report says neither value', async () => {
    const { catalog, holds } = await understood([snapshot(base(), 0)], 'one');
    const drift = [{ id: 'table:/var/lib/extrausers/shadow', owner: 'member:ada', attribute: 'ada.password', actual: null, desired: null }] as const;
    expect(foresee({ catalog, holds, kinds, before: catalog, drift }).changes.map(({ resource }) => resource.id)).toEqual(['table:/var/lib/extrausers/shadow']);
  });

  it('makes anew what is gone from the host as a whole', async () => {
    const { catalog, holds } = await understood([snapshot(base(), 0)], 'one');
    const drift = Object.entries(catalog.resources.find(({ name }) => name === site)?.desired ?? {}).map(([attribute, desired]) => ({ id: `file:${site}`, owner: 'member:ada', attribute, actual: null, desired }) as const);
    expect(foresee({ catalog, holds, kinds, before: catalog, drift }).changes.map(({ verb, resource }) => `${verb} ${resource.id}`)).toEqual([`create file:${site}`, 'update unit:apache2.service']);
  });
});
