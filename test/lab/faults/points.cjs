// Loaded into croft by NODE_OPTIONS=--require: counts every call by which a run changes its host – files, names, modes, owners, programs –
// and at the n-th of them kills or stops the process, or lets the call fail. It knows nothing of croft but its first word, so that it
// counts the same calls however a run is organised inside.
//   POINTS_VERB  only when croft's verb is this one (reconcile)
//   POINTS_LOG   a file to which each point is written before it happens: its number, the call, the path
//   POINTS_AT    the number of the point; the first is 1
//   POINTS_MATCH a regular expression on `call path`: only points of this kind are counted for POINTS_AT
//   POINTS_DO    kill · stop · an errno such as ENOSPC
//   POINTS_LAST  the last point that fails with the errno; `end` for the end of the run
//   POINTS_CALLS only these calls are points, comma between them
//   POINTS_USAGE a file to which the most memory that the process had is written at its end, in KiB
//   POINTS_CLOCK milliseconds to add to this process's clock
'use strict';
const fs = require('node:fs');
const programs = require('node:child_process');
const { constants } = fs;

const { POINTS_VERB = 'reconcile', POINTS_LOG, POINTS_AT = '0', POINTS_DO = 'kill', POINTS_LAST = POINTS_AT, POINTS_CALLS, POINTS_MATCH = '', POINTS_USAGE, POINTS_CLOCK = '0' } = process.env;
const at = Number(POINTS_AT);
const last = POINTS_LAST === 'end' ? Infinity : Number(POINTS_LAST);
const numbers = { EPERM: -1, EIO: -5, EACCES: -13, ENOSPC: -28, EROFS: -30, EDQUOT: -122 };
const counted = POINTS_CALLS === undefined ? null : new Set(POINTS_CALLS.split(','));

const wanted = new RegExp(POINTS_MATCH);

let count = 0;
let matching = 0;

/** One point: say it, then live through it or not. */
function point(call, path) {
  if (counted?.has(call) === false) return;
  count += 1;
  if (POINTS_LOG !== undefined) record(`${count} ${call} ${oneLine(path)}\n`);
  if (at === 0 || !wanted.test(`${call} ${path}`)) return;
  matching += 1;
  if (matching < at || matching > last) return;
  if (POINTS_DO === 'kill') process.kill(process.pid, 'SIGKILL');
  else if (POINTS_DO === 'stop') process.kill(process.pid, 'SIGSTOP');
  else if (call !== 'exec') throw Object.assign(new Error(`${POINTS_DO}: the lab says so, ${call} '${path}'`), { errno: numbers[POINTS_DO] ?? -5, code: POINTS_DO, syscall: call, path });
}

/** A point is a line: a program's words may have several. */
function oneLine(words) {
  return words.replace(/\s+/g, ' ').slice(0, 300);
}

const append = { open: fs.openSync, write: fs.writeSync };
let log;
function record(line) {
  log ??= append.open(POINTS_LOG, 'a', 0o644);
  append.write(log, line);
}

/** A name as the host knows it: croft works below descriptors (/proc/self/fd/7/name). */
function named(subject) {
  if (typeof subject === 'number') return link(`/proc/self/fd/${subject}`);
  const found = /^\/proc\/self\/fd\/(\d+)(\/.*)?$/.exec(String(subject));
  return found === null ? String(subject) : `${link(`/proc/self/fd/${found[1]}`)}${found[2] ?? ''}`;
}
function link(path) {
  try {
    return fs.readlinkSync(path);
  } catch {
    return path;
  }
}

function makes(flags = 'r') {
  return typeof flags === 'number' ? (flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0 : !/^rs?$/.test(flags);
}

/** Puts a point before a function of an object. `which` says by the arguments what it is about; null: no point. */
function before(object, name, call, which = (subject) => subject) {
  const original = object[name];
  if (typeof original !== 'function') return;
  const asynchronous = object === fs.promises || object !== fs;
  object[name] = function (...words) {
    const subject = which.call(this, ...words);
    if (subject === null) return original.apply(this, words);
    try {
      point(call, named(subject));
    } catch (error) {
      const callback = words.at(-1);
      if (!name.endsWith('Sync') && typeof callback === 'function') return process.nextTick(callback, error);
      if (!name.endsWith('Sync') && asynchronous) return Promise.reject(error);
      throw error;
    }
    return original.apply(this, words);
  };
}

const calls = {
  rename: 'rename', unlink: 'unlink', rm: 'unlink', rmdir: 'rmdir', link: 'link', symlink: 'symlink', mkdir: 'mkdir', mkdtemp: 'mkdir', chmod: 'chmod', fchmod: 'chmod',
  chown: 'chown', lchown: 'chown', fchown: 'chown', fsync: 'fsync', fdatasync: 'fsync', writeFile: 'write', appendFile: 'write', write: 'write', writev: 'write', truncate: 'truncate', ftruncate: 'truncate', copyFile: 'write',
};
const target = { rename: (_, to) => to, link: (_, to) => to, symlink: (_, path) => path, copyFile: (_, to) => to, write: (fd) => (fd === log || fd <= 2 ? null : fd) };

function watch() {
  for (const [name, call] of Object.entries(calls)) {
    for (const [object, word] of [[fs, `${name}Sync`], [fs, name], [fs.promises, name]]) before(object, word, call, target[name]);
  }
  for (const [object, word] of [[fs, 'openSync'], [fs, 'open'], [fs.promises, 'open']]) before(object, word, 'open', (path, flags) => (makes(flags) ? path : null));
  watchHandles();
  for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync']) before(programs, name, 'exec', (program, words) => [program, ...(Array.isArray(words) ? words : [])].join(' '));
}

/** The methods of what fs.promises.open gives; its class is to be had from one of them only. */
function watchHandles() {
  const { open } = fs.promises;
  let known = false;
  fs.promises.open = async (...words) => {
    const handle = await open.apply(fs.promises, words);
    if (!known) {
      known = true;
      const methods = Object.getPrototypeOf(handle);
      for (const [name, call] of [['sync', 'fsync'], ['datasync', 'fsync'], ['writeFile', 'write'], ['appendFile', 'write'], ['write', 'write'], ['truncate', 'truncate'], ['chmod', 'chmod'], ['chown', 'chown']]) {
        before(methods, name, call, function () { return this.fd; });
      }
    }
    return handle;
  };
}

/** Another time of day for this process alone; nothing that measures is moved. */
function shiftClock(milliseconds) {
  const Real = Date;
  const now = () => Real.now() + milliseconds;
  globalThis.Date = class extends Real {
    constructor(...words) {
      if (words.length === 0) super(now());
      else super(...words);
    }
    static now() {
      return now();
    }
  };
}

if (process.argv[2] === POINTS_VERB) {
  if (Number(POINTS_CLOCK) !== 0) shiftClock(Number(POINTS_CLOCK));
  const write = fs.writeFileSync;
  if (POINTS_USAGE !== undefined) process.on('exit', () => write(POINTS_USAGE, String(process.resourceUsage().maxRSS)));
  watch();
}
