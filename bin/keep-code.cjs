// Keeps the code that node compiles when croft does what it does most, so that croft.cjs need not have it compiled again: beside the
// program, for this very node. Whoever can write that file is whoever starts croft, so root makes it for root, and by nobody's leave:
// all that is run here is croft itself, on a co-op and on a host that are made for it and removed again. The co-op is fetched as hosts
// fetch theirs, over ssh, from a server that is part of this very process, hands out that co-op, and takes nothing.
'use strict';
const fs = require('node:fs');
const { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } = fs;
const { connect } = require('node:net');
const { tmpdir } = require('node:os');
const { dirname, join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const croft = require('./croft.cjs');

const work = mkdtempSync(join(tmpdir(), 'croft-code-'));
process.on('exit', () => rmSync(work, { recursive: true }));
const coop = join(work, 'coop');
const host = join(work, 'one');
const reconcile = (remote) => ['reconcile', '--repo', remote, '--host', 'one', '--root', host];
/** The second run notes down how the host stands, which only counts when nothing changed for a moment; the third has nothing to do. */
const settlingMs = 2500;

/** What is done, in its order: words for croft, or where they come of something that is done first. */
const errands = [
  () => ['--version'],
  () => ['init', coop, '--domain', 'meadow.example', '--admin', 'ada', '--email', 'ada@elsewhere.example', '--host', 'one'],
  () => joined().then(() => ['check', '--repo', coop]),
  async () => reconcile(await served()),
  () => reconcile(remote),
  () => pause(settlingMs).then(() => reconcile(remote)),
  () => changed('members/m1/vhosts/www.m1.example.yaml', (text) => text.replace('first', 'second')).then(() => reconcile(remote)),
  () => changed('coop/vhosts/www.meadow.example.yaml', (text) => text.replace('[meadow.example]', '[meadow.example, web.meadow.example]')).then(() => reconcile(remote)),
  () => changed('members/m1/vhosts/www.m1.example.yaml', (text) => text.replace('second', 'third')).then(() => reconcile(coop)),
];

// What was compiled stays until it is kept, also when it was not run for a while.
setFlagsFromString('--no-flush-bytecode');
const opened = croft.open();
const scripts = opened.parts.map((_, index) => croft.compiled({ ...croft.load(opened, index), code: null }));
const say = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
// On a host the journal reads what runs say, as text and for programs, and there is no person whose keys would be tried. Here nobody reads it.
Object.assign(process.env, { HOME: work, JOURNAL_STREAM: '0:0' });
delete process.env.SSH_AUTH_SOCK;
closeSync(2);
openSync('/dev/null', 'w');

let take = null;
let remote = null;

// Each errand ends when nothing is left to be waited for.
process.on('beforeExit', () => {
  if (process.exitCode !== undefined && process.exitCode !== 0) return say(`cannot keep code: croft ${process.argv[2]} ended with status ${process.exitCode}\n`);
  errands.shift();
  if (errands.length > 0) void begin();
  else keep();
});
void begin();

async function begin() {
  const words = await errands[0]();
  process.argv = [process.execPath, join(__dirname, 'croft.cjs'), ...words];
  take = croft.run((index) => scripts[index]);
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}

/** Change a document of the co-op. */
function changed(path, change) {
  return committed([[path, change(readFileSync(join(coop, 'desired-state', path), 'utf8'))]]);
}

/** Have members join, with sites, zones and mail: what one of them changes is a part of the rest, and is understood and made by code of its own. */
function joined() {
  const password = `$6$${'salt'.repeat(4)}$${'x'.repeat(86)}`;
  return committed(Array.from({ length: 3 }, (_, number) => {
    const [name, domain] = [`m${number}`, `m${number}.example`];
    return [
      [`members/${name}/member.yaml`, `name: Member\nuid: ${10_100 + number}\nlimits: regular\nemail: ${name}@elsewhere.example\ndomains: [${domain}]\nssh-keys:\n  - ${keyPair().public}\n`],
      [`members/${name}/vhosts/www.${domain}.yaml`, 'static: { root: web }\nheaders:\n  - name: X-Version\n    value: first\n'],
      [`members/${name}/vhosts/blog.${domain}.yaml`, 'redirect: { to: https://www.elsewhere.example, status: 307 }\n'],
      [`members/${name}/zones/${domain}.yaml`, "records:\n  - { name: '@', type: TXT, text: v=spf1 mx -all }\n  - { name: host, type: A, address: 198.51.100.1 }\n  - { name: also, type: CNAME, target: host }\n"],
      [`members/${name}/mailboxes/${domain}.yaml`, `mailboxes:\n  box: { password: ${password}, quota-mib: 256 }\naliases:\n  info: [box]\n`],
    ];
  }).flat());
}

/** Make a pair of keys. ssh2 leaves out the octet of zero with which one in 256 begins, and what is left is no key: so until it is one. */
function keyPair() {
  const pair = take('ssh2').utils.generateKeyPairSync('ed25519');
  return Buffer.from(pair.public.split(' ')[1], 'base64').length === 51 ? pair : keyPair();
}

async function committed(documents) {
  const { add, commit } = take('isomorphic-git');
  const filepath = documents.map(([path]) => `desired-state/${path}`);
  for (const [path, text] of documents) {
    const file = join(coop, 'desired-state', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  await add({ fs, dir: coop, filepath });
  await commit({ fs, dir: coop, message: 'change it', author: { name: 'ada', email: 'ada@elsewhere.example' } });
}

/** Give the host a key, and the co-op a server. Shape: its URL, or where the co-op is on a machine that does not reach itself. */
async function served() {
  const { Server } = take('ssh2');
  const [own, hosts] = [keyPair(), keyPair()];
  await changed('hosts/one.yaml', (text) => `${text}key: ${hosts.public}\n`);
  const server = new Server({ hostKeys: [own.private] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (asked) => asked.accept());
    client.on('session', (accept) => accept().on('exec', (accepts, _, { command }) => void talk(accepts(), command)));
  });
  const port = await new Promise((done) => server.on('error', () => done(null)).listen(0, '127.0.0.1', () => done(server.address().port)));
  server.unref();
  if (port === null || !(await isReached(port))) return (remote = coop);
  mkdirSync(join(host, 'etc/croft'), { recursive: true });
  writeFileSync(join(host, 'etc/croft/host.key'), hosts.private, { mode: 0o600 });
  writeFileSync(join(host, 'etc/croft/known_hosts'), `[127.0.0.1]:${port} ${own.public}\n`);
  return (remote = `ssh://git@127.0.0.1:${port}${coop}`);
}

function isReached(port) {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => done(socket.destroy() !== null));
    socket.on('error', () => done(false));
  });
}

/** Say what git-upload-pack and git-receive-pack say, where everything is asked for and everything taken. Source: gitprotocol-pack(5). */
async function talk(channel, command) {
  const isFetch = command.startsWith('git-upload-pack ');
  const { resolveRef, packObjects } = take('isomorphic-git');
  const tip = await resolveRef({ fs, dir: coop, ref: 'main' });
  channel.write(packets(`${tip} refs/heads/main\0${isFetch ? 'side-band-64k ofs-delta' : 'report-status'}\n`));
  const heard = [];
  channel.on('data', (bytes) => heard.push(bytes));
  channel.on('end', async () => {
    const asked = lines(Buffer.concat(heard).toString('latin1'));
    if (isFetch && asked.length > 0) channel.write(Buffer.concat([packet('NAK\n'), ...banded((await packObjects({ fs, dir: coop, oids: everything() })).packfile), Buffer.from('0000')]));
    if (!isFetch) channel.write(packets('unpack ok\n', ...asked.map((line) => `ok ${line.slice(82).split('\0')[0]}\n`)));
    channel.exit(0);
    channel.end();
  });
}

function everything() {
  const objects = join(coop, '.git/objects');
  return readdirSync(objects).filter((name) => name.length === 2).flatMap((name) => readdirSync(join(objects, name)).map((rest) => name + rest));
}

/** Up to the first flush, each after its length. */
function lines(text) {
  const length = parseInt(text.slice(0, 4), 16) || 0;
  return length < 4 ? [] : [text.slice(4, length), ...lines(text.slice(length))];
}

function packets(...texts) {
  return Buffer.concat([...texts.map(packet), Buffer.from('0000')]);
}

function packet(content) {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

function banded(bytes, most = 60_000) {
  return Array.from({ length: Math.ceil(bytes.length / most) }, (_, index) => packet(Buffer.concat([Buffer.from([1]), bytes.subarray(index * most, (index + 1) * most)])));
}

function keep() {
  // Code is only taken by a node with the same flags.
  setFlagsFromString('--flush-bytecode');
  const staged = `${croft.kept}.${process.pid}`;
  writeFileSync(staged, croft.codeFile(opened.title, scripts.map((script) => script.createCachedData())), { mode: 0o644 });
  renameSync(staged, croft.kept);
}
