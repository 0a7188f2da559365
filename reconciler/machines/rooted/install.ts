import type { Host } from './host.ts';
import { DEBS, type Deb } from './packages.ts';

/** Install a package and what it depends on, as apt-get and the maintainer scripts would; what is installed stays as it is. */
export function install(host: Host, name: string, { start }: { readonly start: boolean }): void {
  if (host.store.table('packages').get(name) === 'installed') return;
  host.store.keep('packages', [[name, 'installed']]);
  const deb: Deb = (Object.hasOwn(DEBS, name) ? DEBS[name] : undefined) ?? {};
  for (const other of deb.depends ?? []) install(host, other, { start });
  for (const group of deb.groups ?? []) addGroup(host, group);
  for (const [user, { group, home }] of Object.entries(deb.users ?? {})) addUser(host, user, { group, home });
  for (const directory of deb.directories ?? []) makeDirectory(host, directory);
  for (const [path, text] of Object.entries(deb.files ?? {})) put(host, path, text);
  for (const [path, target] of Object.entries(deb.links ?? {})) if (host.stats(path) === null) host.link(path, target);
  for (const [unit, wantedBy] of Object.entries(deb.units ?? {})) addUnit(host, unit, { wantedBy, start });
}

/** Configuration that is there already is kept, as --force-confold has it. */
function put(host: Host, path: string, text: string): void {
  if (host.stats(path) !== null) return;
  host.directory(path.slice(0, path.lastIndexOf('/')));
  host.file(path, text);
}

function makeDirectory(host: Host, line: string): void {
  const [path = '', mode = '0755', owner = 'root', group = 'root'] = line.split(' ');
  host.directory(path, { mode: Number.parseInt(mode, 8), owner, group });
}

function addGroup(host: Host, name: string): number {
  const text = host.text('/etc/group') ?? '';
  const known = idOf(text, name);
  if (known !== null) return known;
  const id = free(text);
  host.file('/etc/group', `${text}${name}:x:${id}:\n`);
  return id;
}

function addUser(host: Host, name: string, { group, home }: { readonly group: string; readonly home: string }): void {
  const text = host.text('/etc/passwd') ?? '';
  if (idOf(text, name) !== null) return;
  host.file('/etc/passwd', `${text}${name}:x:${free(text)}:${addGroup(host, group)}::${home}:/usr/sbin/nologin\n`);
}

function idOf(text: string, name: string): number | null {
  const line = text.split('\n').find((each) => each.startsWith(`${name}:`));
  return line === undefined ? null : Number(line.split(':')[2]);
}

/** The first free number of those that adduser(8) gives to system accounts. */
function free(text: string): number {
  const taken = new Set(text.split('\n').map((line) => Number(line.split(':')[2])));
  let id = 101;
  while (taken.has(id)) id += 1;
  return id;
}

function addUnit(host: Host, name: string, { wantedBy, start }: { readonly wantedBy: string; readonly start: boolean }): void {
  put(host, `/usr/lib/systemd/system/${name}`, `[Unit]\nDescription=${name}\n\n[Service]\nExecReload=/bin/true\n${wantedBy === '' ? '' : `\n[Install]\nWantedBy=${wantedBy}\n`}`);
  if (wantedBy === '') return;
  const link = `/etc/systemd/system/${wantedBy}.wants/${name}`;
  host.directory(`/etc/systemd/system/${wantedBy}.wants`);
  if (host.stats(link) === null) host.link(link, `/usr/lib/systemd/system/${name}`);
  if (!start) return;
  host.store.keep('units', [[name, 'active']]);
  host.store.log({ argv: ['invoke-rc.d', name.replace(/\.service$/, ''), 'start'], status: 0 });
}
