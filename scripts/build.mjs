// Bundles croft into one file, dist/croft.cjs: what `npx croft` runs in a checkout and what the Debian package carries.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = join(root, 'dist/croft.cjs');

/** What a bundle is made of. */
const sources = ['reconciler', 'schemas', 'hooks', 'package.json', 'package-lock.json', 'scripts/build.mjs', 'scripts/validators.mjs'];

/** Is any source newer than the bundle? */
export function isStale() {
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.some((path) => newest(join(root, path)) > built);
}

/** Bundle everything; the old bundle stays whole until the new one takes its place. */
export async function build() {
  const { build: bundleWith } = await import('esbuild');
  const { compiledSchemas } = await import('./validators.mjs');
  const staged = join(root, `dist/.croft-${process.pid}.cjs`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  await bundleWith({
    absWorkingDir: root,
    entryPoints: ['reconciler/main.ts'],
    outfile: staged,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    legalComments: 'none',
    // ssh2 looks for machine code that makes it faster and does without when there is none; here there never is.
    external: ['cpu-features', '*.node'],
    plugins: [compiledSchemas(join(root, 'schemas'))],
    define: { BUILD_OF_CROFT: JSON.stringify(identity()) },
    logLevel: 'warning',
  });
  renameSync(staged, bundle);
}

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
