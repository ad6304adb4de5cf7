import { expect, test } from 'vitest';
import { rowsOf, tableOf } from './table.ts';

const test1 = (status: string, faults: object) => ({
  fullName: 'a test',
  status,
  meta: { faults },
});
const reportOf = (...assertionResults: object[]): string =>
  JSON.stringify({ testResults: [{ assertionResults }] });

test('rows are summed over tests and reports, and a failed test is told', () => {
  const rows = rowsOf([
    reportOf(test1('passed', { 2: { tries: 2, faults: 3 } }), { fullName: 'b', status: 'passed' }),
    reportOf(test1('passed', { 2: { tries: 1, faults: 1 }, 5: { tries: 1, faults: 1_000 } })),
    reportOf(test1('failed', { 5: { tries: 1, faults: 0 } })),
  ]);
  expect(tableOf(rows).split('\n')).toEqual([
    'row  fault                           tests  tries  faults    lost  doubled',
    '  2  kill -9                             2      3       4       0        0',
    '  5  store that fails, or goes away      2      2   1,000  FAILED   FAILED',
  ]);
});
