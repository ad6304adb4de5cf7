/**
 * Follows the monitoring records: which features and scores no longer look as they did in the weeks
 * on which the models were calibrated (labels say so a week later; this is there the next day), and
 * how the models stand with each persona.
 */
import { join } from 'node:path';
import { FolderReader } from './folder-reader.ts';
import type { Drift, PersonaStanding, Shift } from './frame.ts';
import { standingOf } from './persona-standing.ts';
import { eachLine } from './score-lines.ts';

const chunksPerPass = 4;
/** Population stability index above which something has changed a lot (Siddiqi 2006). */
export const shiftedAbove = 0.25;
/** With fewer, an index of ten bins is above that by chance now and then. */
const leastSamples = 200;
const shownMax = 6;
const nameMax = 100;
/** They come with the models; more would be a mistake. */
const personasMax = 100;

export class MonitoringFollower {
  /** Of the last day that was reported; null before the first. */
  drift: Drift | null = null;
  /** By persona, the newest report. */
  readonly standings = new Map<string, PersonaStanding>();
  private readonly reader: FolderReader;

  constructor(data: string) {
    this.reader = new FolderReader(join(data, 'monitoring'));
  }

  /** Reads a bounded piece of what is new. */
  async pass(): Promise<void> {
    for (let chunks = 0; chunks < chunksPerPass; chunks++) {
      const read = await this.reader.read();
      if (read === null) return;
      eachLine(read.lines, (line) => this.take(reportIn(line)));
    }
  }

  private take(report: Readonly<Record<string, unknown>> | null): void {
    if (report === null) return;
    this.drift = driftOf(report) ?? this.drift;
    const standing = standingOf(report);
    if (standing === null) return;
    const isKnown = this.standings.has(standing.persona);
    if (isKnown || this.standings.size < personasMax)
      this.standings.set(standing.persona, standing);
  }

  /** Removes the files that were read, all but the last `keepBytes` (whole files only). */
  async trim(keepBytes: number): Promise<void> {
    await this.reader.trim(this.reader.position, keepBytes);
  }

  async close(): Promise<void> {
    await this.reader.close();
  }
}

/** Null for a line that holds no report. */
function reportIn(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const report = (JSON.parse(line) as { json?: unknown } | null)?.json;
    return typeof report === 'object' ? (report as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

/** Null for what is no report of a day's distributions, or of a few transactions only. */
function driftOf(report: Readonly<Record<string, unknown>>): Drift | null {
  const { kind, day, samples, features, scores } = report;
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
