/**
 * Follows the monitoring records: which features and scores no longer look as they did in the weeks
 * on which the models were calibrated. Labels say so a week later; this is there the next day.
 */
import { join } from 'node:path';
import { FolderReader } from './folder-reader.ts';
import type { Drift, Shift } from './frame.ts';

const chunksPerPass = 4;
/** Population stability index above which something has changed a lot (Siddiqi 2006). */
export const shiftedAbove = 0.25;
/** With fewer, an index of ten bins is above that by chance now and then. */
const leastSamples = 200;
const shownMax = 6;
const nameMax = 100;
const newline = 0x0a;

export class DriftFollower {
  /** Of the last day that was reported; null before the first. */
  drift: Drift | null = null;
  private readonly reader: FolderReader;

  constructor(data: string) {
    this.reader = new FolderReader(join(data, 'monitoring'));
  }

  /** Reads a bounded piece of what is new. */
  async pass(): Promise<void> {
    for (let chunks = 0; chunks < chunksPerPass; chunks++) {
      const read = await this.reader.read();
      if (read === null) return;
      let start = 0;
      const { lines } = read;
      for (let end = lines.indexOf(newline); end >= 0; end = lines.indexOf(newline, start)) {
        this.drift = driftOf(lines.toString('utf8', start, end)) ?? this.drift;
        start = end + 1;
      }
    }
  }

  /** Removes the files that were read, all but the last `keepBytes` (whole files only). */
  async trim(keepBytes: number): Promise<void> {
    await this.reader.trim(this.reader.position, keepBytes);
  }

  async close(): Promise<void> {
    await this.reader.close();
  }
}

/** Null for a line that is no report of a day's distributions, or of a few transactions only. */
function driftOf(line: string): Drift | null {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return null;
  }
  const report = (record as { json?: unknown } | null)?.json;
  if (typeof report !== 'object' || report === null) return null;
  const { kind, day, samples, features, scores } = report as Record<string, unknown>;
  if (kind !== 'stability' || !Number.isInteger(day) || !Number.isInteger(samples)) return null;
  if ((samples as number) < leastSamples) return null;
  // What models say of fraud comes first: a feature may change without any consequence.
  const shifted = [...shiftsIn('score', scores), ...shiftsIn('feature', features)];
  return {
    day: day as number,
    samples: samples as number,
    count: shifted.length,
    shifted: shifted.slice(0, shownMax),
  };
}

function shiftsIn(kind: Shift['kind'], indices: unknown): Shift[] {
  if (typeof indices !== 'object' || indices === null) return [];
  const shifts = Object.entries(indices as Record<string, unknown>).flatMap(([name, index]) => {
    if (typeof index !== 'number' || index <= shiftedAbove) return [];
    return [{ kind, name: name.slice(0, nameMax), index: Math.round(100 * index) / 100 }];
  });
  return shifts.sort((a, b) => b.index - a.index);
}
