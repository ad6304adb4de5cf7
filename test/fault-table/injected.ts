import { TestRunner } from 'vitest';
import type { FaultRow } from './rows.ts';

/** What a test has done to what it tests, by row; part of the test's entry in the report. */
export type Injected = Record<string, { tries: number; faults: number }>;

declare module 'vitest' {
  interface TaskMeta {
    faults?: Injected;
  }
}

/** Counts faults that the running test injects; each call is one try. */
export function injected(row: FaultRow, faults = 1): void {
  // A process may be ended by a hook, when no test runs any more: that is no try.
  const task = TestRunner.getCurrentTest();
  if (task === undefined) return;
  const counts = (task.meta.faults ??= {});
  const count = (counts[row] ??= { tries: 0, faults: 0 });
  count.tries++;
  count.faults += faults;
}
