/**
 * Where a generator can take up its stream without generating all of it again: a day, and how much
 * was let out. For event logs it is only a shortcut: their ends are the position, and a checkpoint
 * that is missing, or ahead of them, costs time and nothing else.
 */
import fs from 'node:fs';
import path from 'node:path';
import { datagenErrors } from './errors.ts';
import { type WorldOptions, worldSpecs } from './options.ts';

/** What the stream is a function of; another one is another stream. */
export type StreamIdentity = WorldOptions & {
  /** Days since 1970-01-01 UTC. */
  readonly firstDay: number;
};

interface Place {
  readonly format: 1;
  readonly stream: StreamIdentity;
  readonly day: number;
  /** Number of the day's first transaction. */
  readonly transaction: number;
}

/** `Count`: the names of what is counted besides. */
export type Checkpoint<Count extends string> = Place & Readonly<Record<Count, number>>;

/**
 * The checkpoint, or null if there is none. Throws WEIR_DATAGEN_BAD_CHECKPOINT, or
 * WEIR_DATAGEN_OTHER_STREAM naming the options that differ.
 */
export function readCheckpoint<Count extends string>(
  file: string,
  stream: StreamIdentity,
  counts: readonly Count[],
): Checkpoint<Count> | null {
  let text;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const checkpoint = parse(text, file, counts);
  const differing = Object.entries(stream).flatMap(([name, value]) => {
    // An option that did not exist then: its default gives the stream of then.
    const unknown = worldSpecs[stream.world][name]?.default;
    const was = checkpoint.stream[name as keyof StreamIdentity] ?? unknown;
    return was === value ? [] : [`${name} was ${was}, now ${value}`];
  });
  if (differing.length === 0) return checkpoint;
  throw datagenErrors.OTHER_STREAM(`${file}: the stream is another one: ${differing.join('; ')}`);
}

/** Replaces the checkpoint in one step: a reader sees the old one or the new one. */
export function writeCheckpoint(
  file: string,
  checkpoint: Place & Readonly<Record<string, unknown>>,
): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
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

function parse<Count extends string>(
  text: string,
  file: string,
  counts: readonly Count[],
): Checkpoint<Count> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw datagenErrors.BAD_CHECKPOINT(`${file} is not JSON`, { cause });
  }
  const checkpoint = value as Checkpoint<Count>;
  const numbers = ['day', 'transaction', ...counts] as const;
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
