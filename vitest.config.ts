import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';

const hooks = join(import.meta.dirname, 'hooks/');

/** `import text from '../../hooks/…' with { type: 'text' }`, which esbuild knows by itself. */
const asText: Plugin = {
  name: 'hooks as text',
  enforce: 'pre',
  load: (id) => (id.startsWith(hooks) ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))};` : null),
};

/** Files of tests share their process, and whatever croft loads in it: to load that for each anew took a third of their time. */
const unit = { setupFiles: ['test/setup.ts'], testTimeout: 300_000, hookTimeout: 300_000 };
/** These put something in a module's place, for everybody in their process: each has one of its own. */
const mocked = 'test/**/*.mocked.test.ts';

export default defineConfig({
  test: {
    // By itself it would leave a core idle, and most tests wait for programs.
    maxWorkers: '100%',
    // What the bundle keeps for whoever runs it is none of the tester's own.
    env: { XDG_CACHE_HOME: join(tmpdir(), 'croft-cache-of-tests') },
    projects: [
      { plugins: [asText], test: { ...unit, name: 'unit', isolate: false, include: ['test/**/*.test.ts'], exclude: ['test/lab/**', 'test/bench/**', mocked] } },
      { plugins: [asText], test: { ...unit, name: 'mocked', include: [mocked] } },
      { plugins: [asText], test: { name: 'lab', include: ['test/lab/**/*.test.ts'], exclude: ['test/lab/faults.test.ts', 'test/lab/pushes.test.ts'], fileParallelism: false, testTimeout: 300_000, hookTimeout: 1_800_000, sequence: { concurrent: false }, bail: 0 } },
      { plugins: [asText], test: { name: 'pushes', include: ['test/lab/pushes.test.ts'], testTimeout: 300_000, hookTimeout: 1_800_000 } },
      { plugins: [asText], test: { name: 'faults', include: ['test/lab/faults.test.ts'], testTimeout: 300_000, hookTimeout: 1_800_000 } },
    ],
  },
});
