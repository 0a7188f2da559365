import { userName } from '../model/grammar/names.ts';
import type { Problem } from '../model/problem.ts';
import type { SnapshotFile } from '../model/snapshot.ts';
import { startOf } from './documents.ts';
import { finding, shown, visible } from './finding.ts';
import { whyReserved } from './reserved.ts';

/** Check that each directory of a member has a fit name and says who the member is. */
export function checkMembers(files: readonly SnapshotFile[]): readonly Problem[] {
  const first = new Map<string, SnapshotFile>();
  const described = new Set<string>();
  for (const file of files) {
    const [folder, name = '', rest = ''] = file.path.replace(/^desired-state\//, '').split(/\/(.*?)\/(.*)/s);
    if (folder !== 'members') continue;
    if (!first.has(name)) first.set(name, file);
    if (rest === 'member.yaml') described.add(name);
  }
  return [...first].flatMap(([name, file]) => [...checkMemberName(name, file.path), ...(described.has(name) ? [] : [noMember(name, file.path)])]);
}

function checkMemberName(name: string, file: string): readonly Problem[] {
  const place = startOf(file);
  if (userName(name) === null) {
    return [finding(place, {
      code: 'member/wrong-name',
      message: `cannot use ${shown(name)} as an account name: it must begin with a letter, then lower case letters, digits and single hyphens, at most 31`,
    })];
  }
  const why = whyReserved(name);
  return why === null ? [] : [finding(place, {
    code: 'member/reserved-name', message: `cannot use \`${name}\` as an account name: ${why}`, hint: 'choose another name for the directory',
  })];
}

function noMember(name: string, file: string): Problem {
  const path = `${file.slice(0, file.indexOf(`members/${name}/`))}members/${name}/member.yaml`;
  return finding(startOf(file), {
    code: 'member/no-member-file', message: `cannot tell who ${shown(name)} is: there is no ${visible(path)}`,
    hint: 'say who the member is, or move the file to the directory of its owner',
  });
}
