import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * `node test/fault-table/count.ts REPORT` prints `PASSED FAILED SKIPPED` of a vitest report, and on
 * stderr what failed with the first lines of why: whoever reads only the end of a run sees it.
 */
const linesShown = 4;
const charactersShown = 600;

interface Report {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly numPendingTests?: number;
  readonly numTodoTests?: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

function shortly(text: string): string {
  return text.split('\n').slice(0, linesShown).join(' | ').slice(0, charactersShown);
}

const report = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Report;
let filesBroken = 0;
for (const { name, status, message = '', assertionResults } of report.testResults) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  const file = relative(process.cwd(), name);
  for (const { fullName, failureMessages } of failed)
    console.error(`FAILED: ${file}: ${fullName}: ${shortly((failureMessages ?? []).join('\n'))}`);
  // A file that could not be loaded, or whose hooks failed, has no failed test of its own.
  if (status !== 'failed' || failed.length > 0) continue;
  filesBroken++;
  console.error(`FAILED: ${file}: ${shortly(message) || 'a hook of it, see above'}`);
}
const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = report;
console.log(numPassedTests, numFailedTests + filesBroken, numPendingTests + numTodoTests);
