import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { reportOf } from './fault-report.ts';
import { runSeeds } from './run-seeds.ts';
import { World } from './world.ts';

/**
 * `npm run sim -- --seeds 10000` runs that many seeds; `npm run sim -- --seed 123` replays one.
 * Prints every failing seed with what it violated; ends with exit code 1 if there is any. With
 * `--report FILE` it writes there what was done to the runs, for `test/fault-table`.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    report: { type: 'string' },
  },
});

if (values.seed !== undefined) {
  const result = await new World(Number(values.seed)).run();
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = result.violations.length === 0 ? 0 : 1;
} else {
  const from = Number(values.from);
  const started = performance.now();
  const result = await runSeeds(from, from + Number(values.seeds), {
    progress: (done) => console.error(`${done} of ${values.seeds} seeds`),
  });
  for (const { seed, violations } of result.failed) {
    console.log(`seed ${seed}: ${violations[0]} (replay: npm run sim -- --seed ${seed})`);
  }
  const { failed, ...totals } = result;
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  console.log(JSON.stringify({ ...totals, violations: failed.length, seconds }));
  if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(reportOf(result)));
  process.exitCode = failed.length === 0 ? 0 : 1;
}
