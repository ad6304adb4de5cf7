import { defineConfig } from 'vitest/config';

const unit = ['test/**/*.test.ts'];
const integration = ['test/{chaos,conformance,e2e}/**/*.test.ts'];

export default defineConfig({
  test: {
    // `npm test` runs everything that needs no service; `npm run test:integration` the rest.
    include: process.env['WEIR_SUITE'] === 'integration' ? integration : unit,
    exclude: process.env['WEIR_SUITE'] === 'integration' ? [] : integration,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
