import { setTimeout as delay } from 'node:timers/promises';
import type { ExperimentReport } from '#dashboards/console/frame.ts';
import { messageOf } from '#protocol/errors.ts';
import type { Doer } from './compose.ts';
import type { ConsoleApi } from './console-api.ts';
import { demoErrors } from './errors.ts';

const pollEveryMs = 250;
/** The parts of an experiment have limits of their own; this one is for a console that hangs. */
const patienceMs = 600_000;

/**
 * Begins an experiment and prints what happens until its verdict. Where a `doer` is given it does
 * what the console asks for; otherwise a supervisor does. Returns the exit code.
 */
export async function follow(
  api: ConsoleApi,
  name: string,
  doer: Doer | null,
  say: (line: string) => void,
): Promise<number> {
  const { kinds } = await api.experiments();
  say(kinds.find((kind) => kind.name === name)?.promise ?? name);
  say('');
  const begun = await api.begin(name, doer === null ? 'supervisor' : 'caller');
  const deadline = performance.now() + patienceMs;
  let [said, done] = [0, ''];
  for (;;) {
    const { report } = await api.experiments();
    if (report?.number !== begun.number) {
      throw demoErrors.REFUSED('the console was started anew, so its experiment is gone');
    }
    for (const { atMs, text } of report.steps.slice(said)) {
      say(`  ${time(atMs)}  ${text}`);
    }
    said = report.steps.length;
    if (report.state === 'proved' || report.state === 'failed') {
      verdict(report).forEach(say);
      return report.state === 'proved' ? 0 : 1;
    }
    // The same deed is never asked for twice in a row.
    const todo = report.todo === null ? '' : JSON.stringify(report.todo);
    if (doer !== null && report.todo !== null && todo !== done) {
      done = todo;
      const problem = await doer(report.todo).then(() => null, messageOf);
      await api.done(problem);
    }
    if (performance.now() > deadline) throw demoErrors.UNREACHABLE('no verdict within ten minutes');
    await delay(pollEveryMs);
  }
}

/** The proof as lines of text. */
export function verdict(report: ExperimentReport): string[] {
  const { checks, versions, p99BeforeMs, p99DuringMs, p99AfterMs, pauseMs } = report;
  const { averageBefore, averageNow } = report;
  const by = Object.entries(versions).map(([version, scored]) => `${version} ${count(scored)}`);
  const width = Math.max(...checks.map(({ what }) => what.length));
  return [
    '',
    `  transactions in the log    ${count(report.in)}`,
    `  scored since the start     ${by.join(', ') || 'none'}`,
    `  average fraud score        before ${score(averageBefore)}, at the end ${score(averageNow)}`,
    `  longest pause              ${seconds(pauseMs)}`,
    `  p99 from log to score      before ${ms(p99BeforeMs)}, during ${ms(p99DuringMs)}, after ${ms(p99AfterMs)}`,
    '',
    ...checks.map(
      ({ what, wanted, measured, ok }) =>
        `  ${ok ? 'ok    ' : 'FAILED'}  ${what.padEnd(width)}  ${measured} (wanted: ${wanted})`,
    ),
    '',
    report.state === 'proved' ? 'proved' : 'FAILED',
  ];
}

function time(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(undefined, { hour12: false });
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}

function score(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

function ms(value: number | null): string {
  return value === null ? '–' : `${count(value)} ms`;
}

function seconds(value: number): string {
  return `${(value / 1000).toFixed(1)} s`;
}
