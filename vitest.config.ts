import { defineConfig } from 'vitest/config';

const all = ['test/**/*.test.ts'];
const integration = ['test/{chaos,conformance,e2e,quality,services}/**/*.test.ts'];
const soak = ['test/soak/**/*.test.ts'];
const suite = process.env['WEIR_SUITE'];
const suites: Record<string, { include: string[]; exclude: string[] }> = {
  // `npm test` runs everything that needs no service; `npm run test:integration` the rest; both
  // and the soak, with many more tries, `npm run test:nightly`.
  unit: { include: all, exclude: [...integration, ...soak] },
  integration: { include: integration, exclude: [] },
  soak: { include: soak, exclude: [] },
};
const report = process.env['WEIR_TEST_REPORT'];

export default defineConfig({
  test: {
    ...suites[suite ?? 'unit'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
