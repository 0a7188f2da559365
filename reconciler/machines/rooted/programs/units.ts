import type { Host } from '../host.ts';

/** What systemd knows of a unit. */
export interface Unit {
  readonly id: string;
  readonly load: 'loaded' | 'not-found' | 'masked';
  readonly active: string;
  readonly file: string;
  readonly fragment: string;
  readonly wantedBy: readonly string[];
}

const OWN = '/etc/systemd/system';
const FOLDERS = [OWN, '/run/systemd/system', '/usr/lib/systemd/system'];

/** Look a unit up as systemd does: the first file of its name, /etc before /usr, through its alias. Source: systemd.unit(5). */
export function unit(host: Host, name: string): Unit {
  const fragment = FOLDERS.map((folder) => `${folder}/${name}`).find((path) => host.stats(path) !== null) ?? template(host, name);
  const target = fragment === '' ? null : host.target(fragment);
  const alias = target === null || target === '/dev/null' ? name : target.slice(target.lastIndexOf('/') + 1);
  if (alias !== name) return unit(host, alias);
  const active = host.store.table('units').get(name) ?? 'inactive';
  if (target === '/dev/null') return { id: name, load: 'masked', active, file: 'masked', fragment, wantedBy: [] };
  const wantedBy = wanters(host.text(fragment || '/dev/null') ?? '');
  const load = fragment !== '' || name.endsWith('.slice') ? 'loaded' : 'not-found';
  return { id: name, load, active, file: fileState(host, { name, fragment, wantedBy }), fragment, wantedBy };
}

/** Name the links that enable a unit. */
export function wantLinks(host: Host, name: string): readonly string[] {
  return wanting(host).map((folder) => `${OWN}/${folder}/${name}`).filter((path) => host.stats(path) !== null);
}

/** Directories of such links. Beside them each member's slice has one: all are gone through again when there is another one than before. */
const found = new WeakMap<Host, { readonly stamp: string; readonly folders: readonly string[] }>();
function wanting(host: Host): readonly string[] {
  const stats = host.stats(OWN);
  const stamp = stats === null ? '' : [stats.ino, stats.nlink, stats.size, stats.mtimeMs, stats.ctimeMs].join(':');
  const before = found.get(host);
  if (before?.stamp === stamp) return before.folders;
  const folders = host.entries(OWN).filter((entry) => entry.endsWith('.wants') || entry.endsWith('.requires'));
  found.set(host, { stamp, folders });
  return folders;
}

function template(host: Host, name: string): string {
  const generic = name.replace(/@[^.]+\./, '@.');
  return generic === name ? '' : (FOLDERS.map((folder) => `${folder}/${generic}`).find((path) => host.stats(path) !== null) ?? '');
}

function wanters(text: string): readonly string[] {
  return [...text.matchAll(/^(?:WantedBy|RequiredBy)=(.*)$/gm)].flatMap(([, names = '']) => names.split(/\s+/).filter((name) => name !== ''));
}

function fileState(host: Host, found: { readonly name: string; readonly fragment: string; readonly wantedBy: readonly string[] }): string {
  if (found.fragment === '') return '';
  if (wantLinks(host, found.name).length > 0) return 'enabled';
  return found.wantedBy.length === 0 ? 'static' : 'disabled';
}
