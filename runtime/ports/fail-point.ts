/**
 * Named places at which a test may kill the process: before and after each effect that is visible
 * outside of the process. `WEIR_FAIL_POINT=name` or `name:n` kills it, by SIGKILL, when it passes
 * the place for the n-th time (1 by default; each thread counts for itself, and compaction has a
 * new thread each time). With `name:n:ms` its thread stands still there instead, for so many
 * milliseconds, once. Nothing else can switch one on, and without the variable a place costs one
 * comparison.
 */
import { writeSync } from 'node:fs';

export const failPoints = [
  // ---- taking the state -----------------------------------------------------------------------
  /** The first head of a new state is written, nothing else. */
  'state-created',
  /** The next epoch is taken, nothing of the state is read yet. */
  'epoch-taken',
  /** A part of the last cut is read back. */
  'recovery-midway',
  /** The cut is read back, the egresses are not open yet. */
  'recovered',
  /** Everything is open but the ingresses. */
  'ingresses-closed',

  // ---- taking records in ----------------------------------------------------------------------
  /** A record of a file is in its mailbox, no cut holds it. */
  'record-accepted',
  /** The messages of an HTTP request are in their mailboxes, no cut holds them. */
  'request-accepted',
  /** The cut that holds an HTTP request is committed, the request is not answered. */
  'request-durable',

  // ---- committing -----------------------------------------------------------------------------
  /** The cut is taken, nothing of it is written. */
  'cut-taken',
  /** An object is written under a name that nobody looks for. */
  'object-staged',
  /** The segment has its name; its manifest may have, the head does not name them. */
  'segment-written',
  /** The manifest has its name; its segment may have, the head does not name them. */
  'manifest-written',
  /** All objects of the commit are written, the head is the old one. */
  'before-head-swap',
  /** The new head has its name, its writer does not know that it won. */
  'head-linked',
  /** The head is the new one, the engine does not know. */
  'after-head-swap',
  /** The engine knows that the cut is committed, nothing of it has left. */
  'commit-known',

  // ---- records out ----------------------------------------------------------------------------
  /** A file egress is about to write a batch of committed records. */
  'egress-before-write',
  /** A part of a batch, or all of it, is written and not synced. */
  'egress-written',
  /** The batch is on the disk, the engine does not know. */
  'egress-published',

  // ---- records to Kafka ------------------------------------------------------------------------
  /** A producer has fenced its predecessors, the marker is not read yet. */
  'kafka-fenced',
  /** The marker is read, nothing is published yet. */
  'kafka-marker-read',
  /** A transaction is begun, and empty. */
  'kafka-transaction-begun',
  /** Some of the records are in the transaction, perhaps all. */
  'kafka-records-sent',
  /** All records and the marker are in the transaction, it is not committed. */
  'kafka-marker-sent',
  /** The transaction is committed, the engine does not know. */
  'kafka-transaction-ended',

  // ---- tidying --------------------------------------------------------------------------------
  /** The new base of one key group is written, those of others are not. */
  'base-written',
  /** All new bases are written, no manifest names them. */
  'compaction-ended',
  /** The head names the new bases, the schedule still holds them as a result. */
  'compaction-adopted',
  /** Some of the objects that nothing reaches are removed, others are not. */
  'garbage-midway',

  // ---- the end --------------------------------------------------------------------------------
  /** Stopping: what was applied last is in no cut. */
  'before-last-commit',
  /** Stopping: the last cut is committed, the state is not given back. */
  'after-last-commit',
] as const;

export type FailPoint = (typeof failPoints)[number];

interface Armed {
  readonly name: string;
  passings: number;
  /** How long the thread stands still; null: the process is killed. */
  readonly stallMs: number | null;
}

/** Why `WEIR_FAIL_POINT` means nothing; null if it is not set, or right. */
export const failPointFault = faultOf(process.env['WEIR_FAIL_POINT'] ?? '');

const armed = failPointFault === null ? parse(process.env['WEIR_FAIL_POINT'] ?? '') : null;

/** A place at which a test may kill the process, or have it stand still. */
export function failPoint(name: FailPoint): void {
  if (armed === null) return;
  if (armed.name !== name || --armed.passings !== 0) return;
  writeSync(2, `{"msg":"fail-point","failPoint":"${name}"}\n`);
  if (armed.stallMs !== null) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, armed.stallMs);
    return;
  }
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered to the process, not to this thread: nothing more may happen here.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function parse(text: string): Armed | null {
  if (text === '') return null;
  const [name = '', passings = '1', stallMs] = text.split(':');
  return {
    name,
    passings: Number(passings),
    stallMs: stallMs === undefined ? null : Number(stallMs),
  };
}

function faultOf(text: string): string | null {
  if (text === '') return null;
  const [name = '', passings = '1', stallMs = '1'] = text.split(':');
  if (!(failPoints as readonly string[]).includes(name)) return `there is no fail-point ${name}`;
  const number = /^[1-9][0-9]{0,8}$/;
  if (!number.test(passings)) return `${passings} is no number of passings`;
  return number.test(stallMs) ? null : `${stallMs} is no number of milliseconds`;
}
