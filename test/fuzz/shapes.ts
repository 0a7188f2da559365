import { parseDirectives, type Shape } from '../../reconciler/formats/apache/syntax.ts';
import { parseAuthorizedKeys } from '../../reconciler/formats/authorized-keys.ts';
import { parseEntries, type EntryShape } from '../../reconciler/formats/dovecot/syntax.ts';
import { parseZone } from '../../reconciler/formats/master-file.ts';
import { parseNamed, type StatementShape } from '../../reconciler/formats/named.ts';
import { parseNsswitch } from '../../reconciler/formats/nsswitch.ts';
import { parsePamLimits } from '../../reconciler/formats/pam-limits.ts';
import { parseMain, parseMaster } from '../../reconciler/formats/postfix.ts';
import { parseSshd } from '../../reconciler/formats/sshd.ts';
import { parseUnit } from '../../reconciler/formats/systemd.ts';
import { columnsOf, parseTable, type Layout } from '../../reconciler/formats/tables.ts';
import { compile } from '../../reconciler/compile/compile.ts';
import type { DesiredState } from '../../reconciler/model/desired.ts';
import type { Resource } from '../../reconciler/model/resource.ts';
import { services } from '../../reconciler/services/index.ts';

/** One thing that a file says: whose file of which format, where in it, in which words. */
export interface Said {
  readonly place: string;
  readonly words: readonly string[];
}

/** Which format a file has, and how it is taken apart. */
const formats: readonly (readonly [path: RegExp, read: (text: string) => readonly Said[]])[] = [
  [/^\/etc\/apache2\/.*\.conf$/, (text) => directives(parseDirectives(text), 'apache')],
  [/\/zones\/[^/]+\.zone$/, (text) => parseZone(text).map(({ name, ttlSeconds, type, fields }) => ({ place: `zone ${type}`, words: [name, String(ttlSeconds), ...fields] }))],
  [/^\/etc\/bind\/named\.conf/, (text) => statements(parseNamed(text), 'named')],
  [/^\/etc\/dovecot\/dovecot\.conf$/, (text) => entries(parseEntries(text), 'dovecot')],
  [/^\/etc\/postfix\/main\.cf$/, (text) => parseMain(text).map(([name, words]) => ({ place: `main ${name}`, words }))],
  [/^\/etc\/postfix\/master\.cf$/, (text) => parseMaster(text).map(({ columns, options }) => ({ place: 'master', words: [...columns, ...options.flat(2)] }))],
  [/authorized_keys\.d\//, (text) => parseAuthorizedKeys(text).map(({ options, type, blob, comment }) => ({ place: 'key', words: [options.join(), type, blob, comment] }))],
  [/sshd_config\.d\//, (text) => parseSshd(text).flatMap(({ criteria, settings }) => [criteria, ...settings].map((words) => ({ place: 'sshd', words })))],
  [/^\/etc\/systemd\/.*\.conf$/, (text) => parseUnit(text).flatMap(({ name, settings }) => settings.map((words) => ({ place: `unit ${name}`, words })))],
  [/^\/etc\/security\/limits\.d\//, (text) => parsePamLimits(text).map((words) => ({ place: 'limit', words }))],
  [/^\/etc\/nsswitch\.conf$/, (text) => parseNsswitch(text).map((words) => ({ place: 'nsswitch', words }))],
  [/extrausers\/passwd$/, table('passwd')],
  [/extrausers\/group$/, table('group')],
  [/extrausers\/shadow$/, table('shadow')],
  // Sealed, it is one word to everybody but the host that opens it.
  [/^\/etc\/croft-secrets\//, (text) => [{ place: 'sealed', words: [text.replaceAll('\n', ' ')] }]],
  [/^\/etc\/dovecot\/croft\//, table('dovecot-users')],
  [/^\/etc\/postfix\/croft\//, table('map')],
];

/** Take apart everything that the hosts of a co-op would have, with the formats' own readers; what has no format, line by line. */
export function saidBy(state: DesiredState): readonly Said[] {
  return state.hosts.flatMap((host) => compile(state, host, services).resources.flatMap((resource) => [
    { place: `${host.name} ${resource.owner} ${resource.kind}`, words: [resource.name, JSON.stringify(withoutDigests(resource))] },
    ...read(resource).map(({ place, words }) => ({ place: `${host.name} ${resource.owner} ${place}`, words })),
  ]));
}

/** Is a file of this path taken apart by a format, and not only line by line? */
export function hasFormat(path: string): boolean {
  return formats.some(([pattern]) => pattern.test(path));
}

function read({ name, payload }: Resource): readonly Said[] {
  if (payload === undefined) return [];
  const lines = (text: string): readonly Said[] => text.split('\n').map((line) => ({ place: 'line', words: [line] }));
  return (formats.find(([path]) => path.test(name))?.[1] ?? lines)(payload.text);
}

/** What a thing is to be like; digests and tables change with every value, and are seen in the files. */
function withoutDigests({ kind, desired }: Resource): unknown {
  return kind === 'table' ? null : Object.entries(desired ?? {}).filter(([name]) => !['digest', 'loaded', 'content', 'sealed'].includes(name));
}

function directives(shapes: readonly Shape[], place: string): readonly Said[] {
  return shapes.flatMap(({ name, arguments: words, children }) => [{ place: `${place} ${name}`, words }, ...directives(children ?? [], `${place} ${name}`)]);
}

function statements(shapes: readonly StatementShape[], place: string): readonly Said[] {
  return shapes.flatMap(({ words, block }) => [{ place, words }, ...statements(block ?? [], `${place} ${words[0] ?? ''}`)]);
}

function entries(shapes: readonly EntryShape[], place: string): readonly Said[] {
  return shapes.flatMap((shape) => ('section' in shape ? [{ place, words: shape.section }, ...entries(shape.entries, `${place} ${shape.section[0] ?? ''}`)] : [{ place: `${place} ${shape[0]}`, words: [shape[1]] }]));
}

function table(layout: Layout): (text: string) => readonly Said[] {
  return (text) => {
    const { rows, others } = parseTable(layout, text);
    if (others.length > 0) throw new Error(`a ${layout} table says more than its rows: ${JSON.stringify(others)}`);
    return rows.map(({ key, columns }) => ({ place: layout, words: [key, ...columnsOf(layout).map((name) => columns[name] ?? '')] }));
  };
}
