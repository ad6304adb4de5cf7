import { defineConfig } from 'vitest/config';

const all = ['test/**/*.test.ts'];
const integration = ['test/{chaos,conformance,e2e,quality,services}/**/*.test.ts'];
const suite = process.env['WEIR_SUITE'];
const report = process.env['WEIR_TEST_REPORT'];

export default defineConfig({
  test: {
    // `npm test` runs everything that needs no service; `npm run test:integration` the rest.
    include: suite === 'integration' ? integration : all,
    exclude: suite === 'integration' ? [] : integration,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
