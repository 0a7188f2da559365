// Measures something: node scripts/bench.mjs verify runs test/bench/verify.ts, bundled as croft itself is. Prints a table and judges nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const benches = join(root, 'test/bench');
const [name = '', ...words] = process.argv.slice(2);

if (!/^[a-z-]+$/.test(name) || !existsSync(join(benches, `${name}.ts`))) {
  const names = readdirSync(benches).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -'.ts'.length));
  console.error(`cannot measure ${JSON.stringify(name)}: say one of ${names.join(', ')}`);
  process.exit(1);
}

const room = mkdtempSync(join(tmpdir(), 'croft-bench-'));
const outfile = join(room, `${name}.cjs`);
try {
  await build({
    absWorkingDir: root,
    entryPoints: [join('test/bench', `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    legalComments: 'none',
    external: ['cpu-features', '*.node', 'vitest'],
    logLevel: 'warning',
  });
  process.exitCode = spawnSync(process.execPath, [outfile, ...words], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(room, { recursive: true, force: true });
}
