import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nightly } from './fault-table/tries.ts';

/**
 * `npm run test:nightly`: everything that is tried on a change, many more times, and the soak; at
 * the end the table of what was done and what was lost by it. Takes some eight hours on two cores;
 * `WEIR_NIGHTLY=0.1 npm run test:nightly` makes a tenth of the tries.
 */
const share = nightly === 0 ? 1 : nightly;
process.env['WEIR_NIGHTLY'] = String(share);
process.env['CI'] ??= 'true';

const folder = mkdtempSync(join(tmpdir(), 'weir-nightly-'));
const report = (name: string): string => join(folder, `${name}.json`);
const seeds = Math.max(10_000, Math.round(1_000_000 * share));
const soakMinutes = Math.max(2, Math.round(30 * share));
const vitest = 'node_modules/vitest/vitest.mjs';
const steps: [name: string, args: string[], env?: Record<string, string>][] = [
  ['services', ['test/services/install.ts']],
  ['simulation', ['test/sim/main.ts', '--seeds', String(seeds), '--report', report('simulation')]],
  ['unit', [vitest, 'run'], { WEIR_TEST_REPORT: report('unit') }],
  [
    'integration',
    [vitest, 'run'],
    { WEIR_SUITE: 'integration', WEIR_TEST_REPORT: report('integration') },
  ],
  ['soak', [vitest, 'run'], { WEIR_SUITE: 'soak', WEIR_SOAK_MINUTES: String(soakMinutes) }],
  [
    'table',
    ['test/fault-table/main.ts', '--all', ...['simulation', 'unit', 'integration'].map(report)],
  ],
];
const failed: string[] = [];
for (const [name, args, env] of steps) {
  console.log(`== ${name}`);
  const options = { env: { ...process.env, ...env }, stdio: 'inherit' } as const;
  if (spawnSync(process.execPath, args, options).status !== 0) failed.push(name);
}
rmSync(folder, { recursive: true, force: true });
console.log(failed.length === 0 ? 'nightly: all passed' : `nightly: failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
