// Measures something: npm run bench -- NAME [WORDS] runs test/bench/NAME.ts, bundled as croft itself is, on the croft of this checkout,
// bundled anew where it is older than its sources. With no name it says what there is. Prints tables and judges nothing.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { build, isStale } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const benches = join(root, 'test/bench');
const [name = '', ...words] = process.argv.slice(2);
// What begins with `void` runs by itself; the rest is for others.
const names = readdirSync(benches).filter((file) => file.endsWith('.ts') && /^void /m.test(readFileSync(join(benches, file), 'utf8'))).map((file) => file.slice(0, -'.ts'.length));

if (!names.includes(name)) {
  const isQuestion = ['', '--help', '-h', 'help'].includes(name);
  const list = names.map((each) => `  ${each.padEnd(8)}${headOf(each)}`).join('\n');
  (isQuestion ? console.log : console.error)(`${isQuestion ? '' : `cannot measure ${JSON.stringify(name)}\n`}npm run bench -- NAME [WORDS]; NAME --help explains the words\n\n${list}`);
  process.exit(isQuestion ? 0 : 1);
}

const room = mkdtempSync(join(tmpdir(), 'croft-bench-'));
process.on('exit', () => rmSync(room, { recursive: true, force: true }));
// The bench hears the terminal's interrupt as well, tidies up and ends; then so does this.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
if (isStale()) await build();
mkdirSync(join(room, 'programs'));
await bundle({
  absWorkingDir: root,
  entryPoints: [join('test/bench', `${name}.ts`), ...readdirSync(join(benches, 'programs')).filter((file) => file.endsWith('.ts')).map((file) => join('test/bench/programs', file))],
  outbase: 'test/bench',
  outdir: room,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  legalComments: 'none',
  external: ['cpu-features', '*.node', 'vitest'],
  logLevel: 'warning',
});
// More certificates are read at every start of node, whatever it is for: no unit of a host has this variable.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
const bench = spawn(process.execPath, [join(room, `${name}.cjs`), ...words], { cwd: root, env, stdio: 'inherit' });
process.on('SIGTERM', () => bench.kill('SIGTERM'));
bench.on('exit', (status) => (process.exitCode = status ?? 1));

/** The first sentence of a bench's header. */
function headOf(bench) {
  const [, text = ''] = /^\/\*\*(.*?)\*\//s.exec(readFileSync(join(benches, `${bench}.ts`), 'utf8')) ?? [];
  return text.replace(/\s*\n \* /g, ' ').trim().split(/\. |: all /)[0];
}
