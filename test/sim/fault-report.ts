import type { FaultRow } from '../fault-table/rows.ts';
import type { FaultReport } from '../fault-table/table.ts';
import type { SeedsResult } from './run-seeds.ts';
import type { FaultKind } from './world.ts';

const rowOf: Readonly<Record<FaultKind, FaultRow>> = {
  crash: 1,
  stop: 1,
  takeover: 4,
  'store outage': 5,
  'store failure': 5,
  'lost store answer': 6,
  'damaged object': 7,
  'lost function answer': 10,
  'function outage': 10,
  poison: 12,
  'egress failure': 17,
  'broker failure': 16,
  'lost broker answer': 16,
  'transaction timed out': 16,
  'clock jump': 19,
};

/** What was done to the runs, by row; each of them is a random program besides. */
export function faultsOf({ injected, seeds }: SeedsResult): { row: FaultRow; faults: number }[] {
  const kinds = Object.entries(injected) as [FaultKind, number][];
  return [
    ...kinds.map(([kind, faults]) => ({ row: rowOf[kind], faults })),
    { row: 27, faults: seeds },
  ];
}

/** The same as a report that `test/fault-table` reads. Each seed is one try of every row. */
export function reportOf(result: SeedsResult): FaultReport {
  const { seeds, failed } = result;
  const faults: Record<string, { tries: number; faults: number }> = {};
  for (const { row, faults: count } of faultsOf(result)) {
    faults[row] = { tries: seeds, faults: (faults[row]?.faults ?? 0) + count };
  }
  const status = failed.length === 0 ? 'passed' : 'failed';
  const test = { fullName: `${seeds} simulated runs`, status, meta: { faults } };
  return { testResults: [{ assertionResults: [test] }] };
}
