import type { Injected } from './injected.ts';
import { faultRows, type FaultRow } from './rows.ts';

export interface RowResult {
  tests: number;
  tries: number;
  faults: number;
  /** Names of tests that failed: what they lost or doubled, they say themselves. */
  readonly failed: string[];
}

interface ReportedTest {
  readonly fullName: string;
  readonly status: string;
  readonly meta?: { readonly faults?: Injected };
}

/** The JSON report of vitest, or of `npm run sim -- --report`, as far as it matters here. */
export interface FaultReport {
  readonly testResults: readonly { readonly assertionResults: readonly ReportedTest[] }[];
}

/** Sums what tests have injected. Throws if a report is none. */
export function rowsOf(reports: readonly string[]): Map<FaultRow, RowResult> {
  const rows = new Map<FaultRow, RowResult>();
  const tests = reports.flatMap((text) =>
    (JSON.parse(text) as FaultReport).testResults.flatMap((file) => file.assertionResults),
  );
  for (const { fullName, status, meta } of tests) {
    for (const [key, { tries, faults }] of Object.entries(meta?.faults ?? {})) {
      const row = Number(key) as FaultRow;
      const result = rows.get(row) ?? { tests: 0, tries: 0, faults: 0, failed: [] };
      rows.set(row, result);
      result.tests++;
      result.tries += tries;
      result.faults += faults;
      if (status !== 'passed') result.failed.push(fullName);
    }
  }
  return rows;
}

/** One line a row. A test that passed has lost and doubled nothing: that is what its checkers ask. */
export function tableOf(rows: ReadonlyMap<FaultRow, RowResult>): string {
  const lines = [['row', 'fault', 'tests', 'tries', 'faults', 'lost', 'doubled']];
  for (const [key, name] of Object.entries(faultRows)) {
    const row = rows.get(Number(key) as FaultRow);
    if (row === undefined) continue;
    const outcome = row.failed.length === 0 ? '0' : 'FAILED';
    const counts = [row.tests, row.tries, row.faults].map((n) => n.toLocaleString('en'));
    lines.push([key, name, ...counts, outcome, outcome]);
  }
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  const isText = (column: number): boolean => column === 1;
  return lines
    .map((line) =>
      line
        .map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
