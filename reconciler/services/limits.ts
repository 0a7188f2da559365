/**
 * What a member may use of a host, from her limits class. Everything that she starts by ssh runs in her slice, user-<uid>.slice, which
 * pam_systemd opens at login: a drop-in bounds its tasks, memory (no swap on top) and cpu time together, so that a fork bomb or a memory
 * hog ends in its own slice. pam_limits bounds single sessions (open files, core dumps, logins). The disk quota holds for her home.
 * The slices are read by systemd itself at daemon-reload, also those of members who are logged in; pam_limits reads its file at each login.
 * Source: systemd.resource-control(5), user@.service(5), pam_limits(8).
 */
import type { Limits, Member } from '../model/desired.ts';
import { entryOf, residentsOf } from '../model/residence.ts';
import type { Provenance, Resource } from '../model/resource.ts';
import type { Service } from '../model/service.ts';
import { pamLimits, type PamLimit } from '../formats/pam-limits.ts';
import { unitFile } from '../formats/systemd.ts';
import { text } from '../formats/text.ts';
import { directory } from '../resources/directory.ts';
import { file } from '../resources/file.ts';
import { packages } from '../resources/packages.ts';
import { quota } from '../resources/quota.ts';

/** Each member's slice, session limits and disk quota. */
export const limits: Service = {
  name: 'limits',
  *compile({ state, host }): Iterable<Resource> {
    const written = new Map(state.limits.map((each) => [each, sliceFile(each)]));
    for (const member of state.members) if (member.state === 'active') yield* slice(member, written.get(member.limits) ?? sliceFile(member.limits));
    yield packages('limits', ['btrfs-progs', 'quota'], { owner: 'coop', source: host.source, needs: ['file:/usr/sbin/policy-rc.d'] });
    for (const member of residentsOf(state, host)) yield diskQuota(member);
    const inside = state.members.filter((member) => entryOf(member, host) !== 'none');
    const parts = inside.map((member) => ({ attribute: member.name, ...whose(member) }));
    yield file('/etc/security/limits.d/croft.conf', { text: pamLimits(host.source, [...common, ...inside.flatMap(sessionLimits)]), parts }, {
      owner: 'coop', source: host.source,
    });
  },
};

/** Wanted on every host, also where she may not log in: timers and daemons of hers will run in the same slice. */
function* slice(member: Member, text: string): Iterable<Resource> {
  const path = `/etc/systemd/system/user-${member.uid}.slice.d`;
  yield directory(path, { exclusive: true }, whose(member));
  yield file(`${path}/50-croft.conf`, { text }, { ...whose(member), needs: [`directory:${path}`] });
}

/** The same for everybody of a class. */
function sliceFile({ tasks, memoryMib, cpuPercent, source }: Limits): string {
  return unitFile(source, [{ name: text('Slice'), settings: [
    { name: text('TasksMax'), value: tasks },
    { name: text('MemoryMax'), value: { mebibytes: memoryMib } },
    { name: text('MemorySwapMax'), value: 0 },
    { name: text('CPUQuota'), value: { percent: cpuPercent } },
  ] }]);
}

function diskQuota(member: Member): Resource {
  const path = `/home/${member.name}`;
  return quota(path, { uid: member.uid, bytes: member.limits.diskMib * 1024 * 1024 }, { ...whose(member), needs: [`home:${path}`, 'packages:limits'] });
}

const common: readonly PamLimit[] = [
  { domain: text('@croft-members'), type: 'hard', item: 'core', value: 0 },
  { domain: text('@croft-members'), type: '-', item: 'maxlogins', value: 20 },
];

/** By user and not by a group for each class: a group needs a number that stays, and a class has none. */
function sessionLimits({ name, limits: { openFiles, tasks } }: Member): readonly PamLimit[] {
  return [
    { domain: text(name), type: '-', item: 'nofile', value: openFiles },
    { domain: text(name), type: 'hard', item: 'nproc', value: tasks },
  ];
}

function whose(member: Member): Provenance {
  return { owner: `member:${member.name}`, source: member.sources['limits'] ?? member.source };
}
