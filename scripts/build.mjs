// Bundles croft into one file, dist/program.cjs, of a few texts (parts.mjs), which dist/croft.cjs starts: what `npx croft` runs in a checkout
// and what the Debian package carries.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = join(root, 'dist/program.cjs');

/** What a bundle is made of. */
const sources = ['reconciler', 'schemas', 'hooks', 'bin', 'package.json', 'package-lock.json', 'scripts/build.mjs', 'scripts/parts.mjs', 'scripts/validators.mjs'];

/** Is any source newer than the bundle? */
export function isStale() {
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.some((path) => newest(join(root, path)) > built);
}

/** Bundle everything; each old file stays whole until the new one takes its place, for others run them meanwhile. */
export async function build() {
  const { build: bundleWith } = await import('esbuild');
  const { compiledSchemas } = await import('./validators.mjs');
  const { partsOf } = await import('./parts.mjs');
  const staged = join(root, `dist/.program-${process.pid}.cjs`);
  const name = identity();
  mkdirSync(join(root, 'dist'), { recursive: true });
  const parts = await partsOf(await bundleWith({
    absWorkingDir: root,
    entryPoints: ['reconciler/main.ts'],
    outdir: 'dist',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    legalComments: 'none',
    // The text is read at each start, and only looked into where something is not among the code that is kept.
    minifyWhitespace: true,
    // ssh2 looks for machine code that makes it faster and does without when there is none; here there never is.
    external: ['cpu-features', '*.node'],
    plugins: [compiledSchemas(join(root, 'schemas')), withoutAgents],
    define: { BUILD_OF_CROFT: JSON.stringify(name) },
    logLevel: 'warning',
  }));
  writeFileSync(staged, [`// croft ${name} ${parts.map((part) => part.length).join(' ')}\n`, ...parts].join(''));
  for (const file of ['croft.cjs', 'keep-code.cjs']) {
    copyFileSync(join(root, 'bin', file), `${staged}.${file}`);
    renameSync(`${staged}.${file}`, join(root, 'dist', file));
  }
  renameSync(staged, bundle);
  execFileSync(process.execPath, [join(root, 'dist/keep-code.cjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** ssh2 can also be the way of http requests, for which it loads node's own http, https and tls. Nobody here asks it to. */
const withoutAgents = {
  name: 'ssh2 without agents for http',
  setup: (building) => building.onLoad({ filter: /ssh2\/lib\/http-agents\.js$/ }, () => ({ contents: 'exports.HTTPAgent = exports.HTTPSAgent = undefined;\n', loader: 'js' })),
};

/** Name this croft by what it is made of: whatever was worked out by another one is not its own. */
function identity() {
  const hash = createHash('sha256');
  for (const path of sources) for (const file of filesBelow(path)) hash.update(`${file.slice(root.length)}\0`).update(createHash('sha256').update(readFileSync(file)).digest());
  return hash.digest('hex').slice(0, 16);
}

function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((entry) => newest(join(path, entry))));
}

function filesBelow(path) {
  const whole = join(root, path);
  if (!statSync(whole).isDirectory()) return [whole];
  return readdirSync(whole, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
