import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/lab/**', 'test/bench/**'], testTimeout: 60_000 } },
      { test: { name: 'lab', include: ['test/lab/**/*.test.ts'], fileParallelism: false, testTimeout: 300_000, hookTimeout: 1_800_000, sequence: { concurrent: false }, bail: 0 } },
    ],
  },
});
