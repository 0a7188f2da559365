/**
 * How much a directory may hold, whoever writes there; over it, writing fails with EDQUOT. Which tool counts depends on the file system:
 * on btrfs the quota group of the directory's own subvolume (btrfs-qgroup(8)); on ext4 and xfs a project quota (chattr(1), setquota(8))
 * whose project id is the member's uid and is handed down to what is made inside from then on: nothing inside is touched. xfs and ext4
 * need the mount option `prjquota`, which is an admin's choice; btrfs quotas are switched on here. Any other file system has no such
 * limit: the step fails and says so. Usage is counted in KiB by some, so a limit is a multiple of 1,024.
 */
import type { Answer, Probe, Step } from '../model/machine.ts';
import type { Kind } from '../model/kind.ts';
import type { Id, Provenance, Resource, State } from '../model/resource.ts';
import { outputOf } from './answer.ts';
import { filesystemOf, groundId, groundOf, groundProbe, groundsOf } from './ground.ts';
import { absolute, parentOf } from './place.ts';
import { projectLimits, projectsOf } from './project.ts';
import { mountOf, pathInside, qgroupLimits } from './qgroup.ts';
import { differing, resource } from './resource.ts';

/** Whose directory it is, and how much it may hold. */
export interface QuotaContent {
  readonly uid: number;
  readonly bytes: number;
}

/** Want a limit on a directory. Shape: { limitBytes, project }; btrfs counts by subvolume, there the project reads as desired. */
export function quota(path: string, { uid, bytes }: QuotaContent, provenance: Provenance): Resource {
  if (!Number.isSafeInteger(uid) || uid <= 0) throw new Error(`cannot limit ${path} for uid ${uid}: that is no member's`);
  if (!Number.isSafeInteger(bytes) || bytes <= 0 || bytes % 1024 !== 0) {
    throw new Error(`cannot limit ${path} to ${bytes} bytes: a limit is a multiple of 1024`);
  }
  return resource({ kind: 'quota', name: absolute(path) }, { desired: { limitBytes: bytes, project: uid } }, provenance);
}

/** Look at limits and set them. */
export const quotaKind: Kind = {
  name: 'quota',
  whenDropped: 'remove',
  probe: (resources) => [
    { ask: 'run', argv: ['lsattr', '-d', '-p', ...resources.map(({ name }) => name)] },
    ...groundsOf(resources).flatMap(groundProbes),
  ],
  read: (answers, resources) => {
    const projects = projectsOf(outputOf(answers[0]).stdout);
    const states = groundsOf(resources).flatMap((directory, index) => {
      const ground = readGround(directory, answers.slice(1 + index * 4, 5 + index * 4));
      const limits = resources.filter(({ name }) => parentOf(name) === directory).map((one) => [one.id, ground.limit(one, projects.get(one.name))] as const);
      return [[groundId('quota', directory), ground.state] as const, ...limits];
    });
    return new Map<Id, State | null>(states);
  },
  steps: (resource, { actual, observed }) => {
    if (differing(resource, actual).length === 0) return [];
    const ground = groundOf(resource, observed);
    return ground['filesystem'] === 'btrfs' ? qgroupSteps(resource, ground) : projectSteps(resource, actual, String(ground['mount']));
  },
};

function groundProbes(directory: string): readonly Probe[] {
  return [
    groundProbe(directory),
    { ask: 'run', argv: ['findmnt', '--raw', '--noheadings', '--output', 'TARGET,FSROOT', '--target', directory] },
    { ask: 'run', argv: ['btrfs', 'qgroup', 'show', '-re', '--raw', directory] },
    { ask: 'run', argv: ['repquota', '-P', '-v', '-n', '-O', 'csv', directory] },
  ];
}

interface Ground {
  /** What `steps` will need: the file system, where it is mounted, whether it counts. */
  readonly state: State;
  readonly limit: (resource: Resource, project: number | undefined) => State | null;
}

function readGround(directory: string, [type, mounted, groups, report]: readonly Answer[]): Ground {
  const filesystem = filesystemOf(type);
  const mount = mountOf(outputOf(mounted).stdout, directory);
  const counter = outputOf(filesystem === 'btrfs' ? groups : report);
  const state = { filesystem, mount: mount.target, counting: counter.status === 0 };
  if (filesystem === 'btrfs') {
    const limits = qgroupLimits(counter.stdout);
    return { state, limit: ({ name, desired }) => limited(limits.get(pathInside(mount, name)), desired?.['project']) };
  }
  const limits = projectLimits(counter.stdout);
  return { state, limit: (_, project) => limited(project === undefined ? undefined : limits.get(project), project) };
}

function limited(limitBytes: number | undefined, project: State[string] | undefined): State | null {
  return limitBytes === undefined ? null : { limitBytes, ...(project === undefined ? {} : { project }) };
}

/** A directory that is no subvolume is refused by btrfs itself; enabling again is harmless. */
function qgroupSteps({ name, desired }: Resource, ground: State): readonly Step[] {
  const enable: readonly Step[] = ground['counting'] === true ? [] : [{ do: 'run', argv: ['btrfs', 'quota', 'enable', parentOf(name)] }];
  return [...enable, { do: 'run', argv: ['btrfs', 'qgroup', 'limit', String(desired?.['limitBytes'] ?? 'none'), name] }];
}

function projectSteps({ name, desired }: Resource, actual: State | null, mount: string): readonly Step[] {
  const project = String(desired?.['project'] ?? actual?.['project']);
  const kibibytes = Number(desired?.['limitBytes'] ?? 0) / 1024;
  const limit: Step = { do: 'run', argv: ['setquota', '-P', project, '0', String(kibibytes), '0', '0', mount] };
  return desired === null || actual?.['project'] === desired['project'] ? [limit] : [limit, { do: 'run', argv: ['chattr', '-p', project, '+P', name] }];
}
