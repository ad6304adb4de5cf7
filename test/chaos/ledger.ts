/**
 * The independent ledger: reads the input files and the file egress, nothing of the runtime, and
 * names every record that is lost, doubled, out of order, or counted wrongly.
 *
 * - Each input record is in the egress once, per key in order, and the counter that the function
 *   keeps in its state is the record's position: a lost or repeated effect shows as a gap.
 * - The same for the totals, which get their messages from the counters.
 * - Each timer fired once, never early.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readInput } from './input.ts';
import type { CountOutput, Output, Record, TimerOutput, TotalOutput } from './records.ts';

/**
 * The function takes the time before the runtime does, and both take whole milliseconds: two
 * processes may differ by that much about the same moment.
 */
const roundingMs = 2;

export interface Picture {
  readonly input: readonly Record[];
  readonly output: readonly Output[];
}

export interface Expectation {
  /** Whether everything must have come out. */
  readonly complete: boolean;
  /** Records that were taken out on purpose, as `key/n`. */
  readonly without?: ReadonlySet<string>;
}

/** Reads both sides. Only whole lines count: a line that is being written is not there yet. */
export function readPicture(inputFolder: string, egressFile: string): Picture {
  return { input: readInput(inputFolder), output: readOutput(egressFile) };
}

export function readOutput(egressFile: string): Output[] {
  if (!existsSync(egressFile)) return [];
  const lines = readFileSync(egressFile, 'utf8').split('\n');
  lines.pop();
  return lines.map((line, i) => {
    try {
      return (JSON.parse(line) as { json: Output }).json;
    } catch (error) {
      throw new Error(`line ${i + 1} of ${egressFile} is no record: ${line}`, { cause: error });
    }
  });
}

/** Everything that is wrong, in words; empty if nothing is. */
export function faultsOf(picture: Picture, expectation: Expectation): string[] {
  const without = expectation.without ?? new Set<string>();
  const expected = Map.groupBy(
    picture.input.filter(({ key, n }) => !without.has(`${key}/${n}`)),
    ({ key }) => key,
  );
  const faults = new Faults();
  const counts = picture.output.filter((line) => line.kind === 'count');
  const totals = picture.output.filter((line) => line.kind === 'total');
  const timers = picture.output.filter((line) => line.kind === 'timer');
  checkInput(picture.input, faults);
  checkCounts(counts, expected, expectation.complete, faults);
  checkTotals(totals, expected, expectation.complete, faults);
  checkTimers(timers, expected, expectation.complete, faults);
  return faults.list;
}

/** Whether as much came out as must; whether it is right is another question. */
export function isComplete(picture: Picture, without: ReadonlySet<string> = new Set()): boolean {
  const input = picture.input.filter(({ key, n }) => !without.has(`${key}/${n}`));
  const timers = input.filter(({ n }) => n % 10 === 0).length;
  const of = (kind: Output['kind']): number =>
    picture.output.filter((line) => line.kind === kind).length;
  return of('count') >= input.length && of('total') >= input.length && of('timer') >= timers;
}

class Faults {
  readonly list: string[] = [];

  add(fault: string): void {
    if (this.list.length < 20) this.list.push(fault);
  }
}

type ByKey = ReadonlyMap<string, readonly Record[]>;

function checkInput(input: readonly Record[], faults: Faults): void {
  const last = new Map<string, number>();
  for (const { key, n } of input) {
    if (n !== (last.get(key) ?? 0) + 1) faults.add(`the input itself is wrong at ${key}/${n}`);
    last.set(key, n);
  }
}

function checkCounts(
  lines: readonly CountOutput[],
  expected: ByKey,
  complete: boolean,
  faults: Faults,
): void {
  const seen = new Map<string, number>();
  for (const { key, n, count } of lines) {
    const at = seen.get(key) ?? 0;
    seen.set(key, at + 1);
    const due = expected.get(key)?.[at]?.n;
    if (n !== due) faults.add(`record ${at + 1} of ${key} is number ${n}, not ${due}`);
    if (count !== at + 1) faults.add(`${key}/${n} was counted as ${count}, it is ${at + 1}`);
  }
  if (complete) checkNoneMissing('count', seen, expected, faults);
}

function checkTotals(
  lines: readonly TotalOutput[],
  expected: ByKey,
  complete: boolean,
  faults: Faults,
): void {
  const running = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const { total, count, key, n } of lines) {
    const next = (running.get(total) ?? 0) + 1;
    running.set(total, next);
    if (count !== next) faults.add(`${total} counted ${count} at ${key}/${n}, not ${next}`);
    const at = seen.get(key) ?? 0;
    seen.set(key, at + 1);
    const due = expected.get(key)?.[at]?.n;
    if (n !== due) faults.add(`message ${at + 1} of ${key} to ${total} is ${n}, not ${due}`);
  }
  if (complete) checkNoneMissing('total', seen, expected, faults);
}

function checkTimers(
  lines: readonly TimerOutput[],
  expected: ByKey,
  complete: boolean,
  faults: Faults,
): void {
  const fired = new Set<string>();
  for (const { key, n, earlyMs } of lines) {
    const name = `${key}/${n}`;
    if (fired.has(name)) faults.add(`the timer of ${name} fired twice`);
    fired.add(name);
    const isDue = n % 10 === 0 && expected.get(key)?.some((record) => record.n === n);
    if (isDue !== true) faults.add(`a timer of ${name} fired, but it was not set or taken back`);
    if (earlyMs > roundingMs) faults.add(`the timer of ${name} fired ${earlyMs} ms early`);
  }
  if (!complete) return;
  for (const [key, records] of expected) {
    for (const { n } of records) {
      if (n % 10 === 0 && !fired.has(`${key}/${n}`)) faults.add(`the timer of ${key}/${n} is lost`);
    }
  }
}

function checkNoneMissing(
  kind: string,
  seen: ReadonlyMap<string, number>,
  expected: ByKey,
  faults: Faults,
): void {
  for (const [key, records] of expected) {
    const count = seen.get(key) ?? 0;
    if (count < records.length) faults.add(`${kind}: ${key} has ${count} of ${records.length}`);
  }
}
