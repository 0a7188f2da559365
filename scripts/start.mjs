// npm start: the example co-op on this machine, in a minute and without root. Three directories play three Debian hosts.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
if (!existsSync('node_modules/esbuild/package.json')) {
  console.log('Installing what croft needs into node_modules …');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { stdio: 'inherit' });
}
const git = await import('isomorphic-git');
const fs = await import('node:fs');
const { build, isStale } = await import('./build.mjs');
if (isStale()) await build();

const demo = '.croft/fairmeadow';
const repository = `${demo}/coop.git`;
const hosts = ['main', 'dynamic', 'shell'];
const place = (host) => ['--repo', repository, '--host', host, '--root', `${demo}/${host}`];

const bold = (text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[22m` : text);
const heading = (text) => console.log(`\n${bold(`— ${text}`)}`);

/** Run croft as anybody would, showing the command. */
function croft(words, { expect = [0], show = (output) => output } = {}) {
  console.log(bold(`$ croft ${words.join(' ')}`));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/croft.cjs', ...words], { encoding: 'utf8', maxBuffer: 64 << 20, stdio: ['ignore', 'pipe', process.stderr.isTTY ? 'inherit' : 'pipe'] });
  process.stdout.write(show(stdout));
  if (expect.includes(status)) return stdout;
  process.stderr.write(stderr ?? '');
  throw new Error(`croft ${words[0]} ended with status ${status}, not ${expect.join(' or ')}`);
}

/** Show the beginning of something long. */
const first = (lines) => (output) => {
  const all = output.split('\n');
  return all.length <= lines + 1 ? output : `${all.slice(0, lines).join('\n')}\n  … ${all.length - 1 - lines} more lines\n`;
};

/** Every file below a folder. Shape: path → bytes. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile()).map((path) => [relative('.', path), readFileSync(path)]);
}

/** Write a tree of files into the bare repository and commit it. */
async function commit(files, { branch, parent, author, message }) {
  const write = async (entries) => {
    const names = new Map();
    for (const [path, bytes] of entries) {
      const [name, ...below] = path.split('/');
      names.set(name, [...(names.get(name) ?? []), [below.join('/'), bytes]]);
    }
    const tree = [];
    for (const [path, inner] of names) {
      const isFile = inner.length === 1 && inner[0][0] === '';
      const oid = isFile ? await git.writeBlob({ fs, gitdir: repository, blob: inner[0][1] }) : await write(inner);
      tree.push({ mode: isFile ? '100644' : '040000', path, oid, type: isFile ? 'blob' : 'tree' });
    }
    return git.writeTree({ fs, gitdir: repository, tree });
  };
  const who = { name: author, email: `${author}@fairmeadow.example`, timestamp: Math.floor(Date.now() / 1000), timezoneOffset: 0 };
  const oid = await git.writeCommit({ fs, gitdir: repository, commit: { message, tree: await write([...files]), parent, author: who, committer: who } });
  await git.writeRef({ fs, gitdir: repository, ref: `refs/heads/${branch}`, value: oid, force: true });
  return oid;
}

console.log(bold('Fairmeadow Hosting Co-op') + ': three hosts, ten members, one git repository');
rmSync(demo, { recursive: true, force: true });
mkdirSync(demo, { recursive: true });
await git.init({ fs, dir: demo, gitdir: repository, bare: true, defaultBranch: 'main' });
const files = new Map(filesBelow('desired-state'));
const founded = await commit(files, { branch: 'main', parent: [], author: 'dana', message: 'found the co-op\n' });
for (const host of hosts) {
  mkdirSync(`${demo}/${host}/etc/croft`, { recursive: true });
  writeFileSync(`${demo}/${host}/etc/croft/cluster.key`, 'a throw-away key for three directories on one machine\n', { mode: 0o600 });
}

heading('Is what the members wrote right?');
croft(['check', '--repo', repository]);

heading('What would a bare host lack?');
croft(['plan', ...place('dynamic')], { show: first(14) });

heading('Make the hosts what git says');
for (const host of hosts) croft(['reconcile', ...place(host)]);

heading('A second run finds nothing to do');
croft(['reconcile', ...place('main')]);

heading('Somebody edits a host by hand …');
const site = `${demo}/main/etc/apache2/croft/sites/blog.ada.example.conf`;
const edited = existsSync(site) ? site : join(`${demo}/main/etc/apache2/croft/sites`, readdirSync(`${demo}/main/etc/apache2/croft/sites`).sort().at(-1));
console.log(bold(`$ echo '# just a quick fix' >> ${edited}`));
writeFileSync(edited, `${readFileSync(edited, 'utf8')}# just a quick fix\n`);
croft(['drift', ...place('main')]);

heading('… and the next run puts it right');
croft(['reconcile', ...place('main')]);
croft(['drift', ...place('main')]);

heading('Ada opens a pull request: one new file under her own directory');
const added = 'desired-state/members/ada/vhosts/garden.ada.example.yaml';
const document = '# yaml-language-server: $schema=../../../../schemas/vhost.schema.json\nstatic:\n  root: web/garden\n';
console.log(`+ ${added}\n${document.replace(/^/gm, '  ').trimEnd()}`);
await commit(new Map([...files, [added, Buffer.from(document)]]), { branch: 'ada/garden', parent: [founded], author: 'ada', message: 'a site for my garden\n' });
croft(['preview', '--repo', repository, '--base', 'main', '--head', 'ada/garden']);

heading('Merged: every host makes itself match');
await git.writeRef({ fs, gitdir: repository, ref: 'refs/heads/main', value: await git.resolveRef({ fs, gitdir: repository, ref: 'refs/heads/ada/garden' }), force: true });
for (const host of hosts) croft(['reconcile', ...place(host)]);
croft(['why', 'garden.ada.example', ...place('main')]);

console.log(`
${bold('Look at')}
  desired-state/                      what the members wrote
  ${demo}/main/etc/         what it became on the host "main"
  ${demo}/main/var/lib/croft/report.json   what the last run had to say
${bold('Go on')}
  npx croft why ada ${place('main').join(' ')}
  npx croft init ../meadow --domain meadow.example --admin ada --email ada@elsewhere.example
  sudo npm run lab up                 the same on three really booted Debian hosts
  README.md                           the way from here to a co-op of your own`);
