/** systemctl, as far as croft asks it: show, is-active, is-enabled, enable, disable, start, stop, reload, restart, daemon-reload. Source: systemctl(1). */
import type { Ran } from '../../run.ts';
import type { Host } from '../host.ts';
import { load } from './checkers.ts';
import { fails, fine, lines, words, type Program } from './program.ts';
import { unit, wantLinks, type Unit } from './units.ts';

type Verb = (host: Host, found: Unit) => Ran | null;

/** Where a daemon would read what it cannot start with. */
const CONFIGURATIONS: { readonly [unit: string]: string } = {
  'apache2.service': '/etc/apache2',
  'dovecot.service': '/etc/dovecot',
  'named.service': '/etc/bind',
  'postfix.service': '/etc/postfix',
  'postfix@-.service': '/etc/postfix',
  'ssh.service': '/etc/ssh',
};

/** What each verb does with one unit; null when all is well. */
const VERBS: { readonly [verb: string]: Verb } = {
  enable,
  disable: (host, found) => {
    for (const link of wantLinks(host, found.id)) host.remove(link);
    return null;
  },
  start: (host, found) => run(host, found, 'start'),
  stop: (host, found) => endSlice(host, found.id) ?? set(host, found, 'inactive'),
  'reset-failed': (host, found) => (found.active === 'failed' ? set(host, found, 'inactive') : null),
  restart: (host, found) => run(host, found, 'restart'),
  reload: (host, found) => (found.active === 'active' ? run(host, found, 'reload') : fails(`${found.id} is not active, cannot reload.`)),
  'reload-or-restart': (host, found) => run(host, found, 'reload'),
  'try-reload-or-restart': (host, found) => (found.active === 'active' ? run(host, found, 'reload') : null),
  'try-restart': (host, found) => (found.active === 'active' ? run(host, found, 'restart') : null),
};

/** The service manager of a rooted machine. */
export const systemctl: Program = {
  deb: null,
  mutates: (args) => ['daemon-reload', ...Object.keys(VERBS)].includes(words(args, ['-p', '--property']).words[0] ?? ''),
  run(host, args) {
    const { words: [verb = '', ...names], options } = words(args, ['-p', '--property']);
    const properties = (options.get('--property') ?? options.get('-p'))?.split(',');
    if (verb === 'daemon-reload') return fine();
    if (verb === 'show') return fine(names.map((name) => show(unit(host, full(name)), properties)).join('\n'));
    if (verb === 'list-units') return fine(lines(slices(host)));
    if (verb === 'is-active') return ask(names.map((name) => unit(host, full(name)).active), { good: 'active', bad: 3 });
    if (verb === 'is-enabled') return ask(names.map((name) => unit(host, full(name)).file || 'not-found'), { good: 'enabled', bad: 1 });
    return each(host, { verb, names, now: options.has('--now') });
  },
};

function each(host: Host, { verb, names, now }: { readonly verb: string; readonly names: readonly string[]; readonly now: boolean }): Ran {
  const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (act === undefined) return fails(`Unknown command verb ${verb} (a rooted machine's systemctl knows ${Object.keys(VERBS).join(', ')}).`);
  for (const name of names) {
    const failed = act(host, unit(host, full(name))) ?? (now ? VERBS[verb === 'disable' ? 'stop' : 'start']?.(host, unit(host, full(name))) : null) ?? null;
    if (failed !== null) return failed;
  }
  return fine();
}

/** Every user who is logged in has a slice; other units nobody asks for by pattern. */
function slices(host: Host): readonly string[] {
  host.ground.names.refresh();
  const uids = [...host.store.table('sessions').keys()].map((user) => host.ground.names.ids({ owner: user, group: 'root' }, user).uid);
  return uids.map((uid) => `user-${uid}.slice loaded active active User Slice of UID ${uid}`);
}

/** Stopping the slice of a user ends every session in it. */
function endSlice(host: Host, id: string): null {
  const uid = /^user-(\d+)\.slice$/.exec(id)?.[1];
  if (uid === undefined) return null;
  host.ground.names.refresh();
  const name = host.ground.names.user(Number(uid));
  const sessions = host.store.table('sessions');
  if (sessions.has(name)) host.store.keep('sessions', [[name, null]]);
  return null;
}

function enable(host: Host, found: Unit): Ran | null {
  if (found.load === 'masked') return fails(`Failed to enable unit: Unit file ${found.fragment} is masked.`);
  if (found.fragment === '') return fails(`Failed to enable unit: Unit file ${found.id} does not exist.`);
  for (const target of found.wantedBy) {
    const folder = `/etc/systemd/system/${target}.wants`;
    host.directory(folder);
    if (host.stats(`${folder}/${found.id}`) === null) host.link(`${folder}/${found.id}`, found.fragment);
  }
  return null;
}

function run(host: Host, found: Unit, job: string): Ran | null {
  if (found.load === 'not-found') return fails(`Failed to ${job} ${found.id}: Unit ${found.id} not found.`, 5);
  if (found.load === 'masked') return fails(`Failed to ${job} ${found.id}: Unit ${found.id} is masked.`);
  const refused = load(host, CONFIGURATIONS[found.id] ?? null);
  if (refused === null) return set(host, found, 'active');
  if (job !== 'reload') set(host, found, 'failed');
  return fails(`Job for ${found.id} failed because the control process exited with error code.\n${refused}`);
}

function set(host: Host, found: Unit, active: string): null {
  host.store.keep('units', [[found.id, active === 'inactive' ? null : active]]);
  return null;
}

/** In systemd's own order, whatever the order that was asked for. */
function show(found: Unit, properties: readonly string[] | undefined): string {
  const known = {
    Id: found.id,
    Names: found.id,
    LoadState: found.load,
    ActiveState: found.active,
    SubState: found.active === 'active' ? 'running' : found.active === 'failed' ? 'failed' : 'dead',
    FragmentPath: found.fragment,
    UnitFileState: found.file,
    NeedDaemonReload: 'no',
  };
  return lines(Object.entries(known).filter(([name]) => properties?.includes(name) ?? true).map(([name, value]) => `${name}=${value}`));
}

function ask(states: readonly string[], { good, bad }: { readonly good: string; readonly bad: number }): Ran {
  return { status: states.every((state) => state === good) ? 0 : bad, stdout: lines(states), stderr: '' };
}

function full(name: string): string {
  return /\.(?:service|socket|target|timer|slice|path|mount|scope)$/.test(name) ? name : `${name}.service`;
}
