/**
 * Where a generator can take up its stream without generating all of it again: a day, and the
 * logs' offsets at its beginning. Only a shortcut: the position is the end of the logs, and a
 * missing checkpoint, or one that is ahead of them, costs time and nothing else.
 */
import fs from 'node:fs';
import { datagenErrors } from './errors.ts';
import type { WorldOptions } from './options.ts';

/** What the stream is a function of; another one is another stream. */
export type StreamIdentity = WorldOptions & {
  /** Days since 1970-01-01 UTC. */
  readonly firstDay: number;
};

export interface Checkpoint {
  readonly format: 1;
  readonly stream: StreamIdentity;
  readonly day: number;
  /** Number of the day's first transaction. */
  readonly transaction: number;
  readonly transactionsOffset: number;
  readonly feedbackOffset: number;
}

/**
 * The checkpoint, or null if there is none. Throws WEIR_DATAGEN_BAD_CHECKPOINT, or
 * WEIR_DATAGEN_OTHER_STREAM naming the options that differ.
 */
export function readCheckpoint(file: string, stream: StreamIdentity): Checkpoint | null {
  let text;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const checkpoint = parse(text, file);
  const differing = Object.entries(stream).filter(
    ([name, value]) => checkpoint.stream[name as keyof StreamIdentity] !== value,
  );
  if (differing.length > 0) {
    const list = differing.map(([name, value]) => {
      return `${name} was ${checkpoint.stream[name as keyof StreamIdentity]}, now ${value}`;
    });
    throw datagenErrors.OTHER_STREAM(`${file}: the stream is another one: ${list.join('; ')}`);
  }
  return checkpoint;
}

/** Replaces the checkpoint in one step: a reader sees the old one or the new one. */
export function writeCheckpoint(file: string, checkpoint: Checkpoint): void {
  const temporary = `${file}.${process.pid}.new`;
  const descriptor = fs.openSync(temporary, 'w', 0o644);
  try {
    fs.writeSync(descriptor, `${JSON.stringify(checkpoint)}\n`);
    fs.fdatasyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
  fs.renameSync(temporary, file);
}

function parse(text: string, file: string): Checkpoint {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw datagenErrors.BAD_CHECKPOINT(`${file} is not JSON`, { cause });
  }
  const checkpoint = value as Checkpoint;
  const numbers = ['day', 'transaction', 'transactionsOffset', 'feedbackOffset'] as const;
  const right =
    typeof value === 'object' &&
    value !== null &&
    checkpoint.format === 1 &&
    typeof checkpoint.stream === 'object' &&
    checkpoint.stream !== null &&
    numbers.every((name) => Number.isSafeInteger(checkpoint[name]) && checkpoint[name] >= 0);
  if (!right) throw datagenErrors.BAD_CHECKPOINT(`${file} does not have the fields of format 1`);
  return checkpoint;
}
