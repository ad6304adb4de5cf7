import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { faultRows, type FaultRow } from './rows.ts';
import { rowsOf, tableOf } from './table.ts';

/**
 * `node test/fault-table/main.ts REPORT…` prints what was done to runtimes on purpose, and what was
 * lost or doubled by it, from reports of vitest and of the simulation. With `--all` every row must
 * be there: exit code 1 if there is none of one, or if a test of one failed.
 */
const { values, positionals } = parseArgs({
  options: { all: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const rows = rowsOf(positionals.map((path) => readFileSync(path, 'utf8')));
console.log(tableOf(rows));
const failed = [...rows.values()].flatMap(({ failed }) => failed);
for (const test of new Set(failed)) console.log(`FAILED: ${test}`);
const without = Object.keys(faultRows).filter((row) => !rows.has(Number(row) as FaultRow));
if (values.all && without.length > 0) console.log(`without any fault: rows ${without.join(', ')}`);
process.exitCode = failed.length > 0 || (values.all && without.length > 0) ? 1 : 0;
