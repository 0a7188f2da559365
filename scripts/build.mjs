// Bundles croft into one file, dist/croft.cjs: what `npx croft` runs in a checkout and what the Debian package carries.
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundle = join(root, 'dist/croft.cjs');

/** Is any source newer than the bundle? */
export function isStale() {
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return ['reconciler', 'schemas', 'hooks', 'package.json', 'scripts/build.mjs', 'scripts/validators.mjs'].some((path) => newest(join(root, path)) > built);
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
    logLevel: 'warning',
  });
  renameSync(staged, bundle);
}

function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((entry) => newest(join(path, entry))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
