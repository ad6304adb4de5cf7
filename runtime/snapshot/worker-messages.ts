import { messageOf, WeirError } from '#protocol/errors.ts';
import type { Cut } from '../ports/cut.ts';
import type { CommitNote, SnapshotOptions } from '../ports/snapshots.ts';
import type { StoreUsage } from '../ports/store-usage.ts';
import type { CompactionJob, CompactionResult } from './compaction-job.ts';
import { snapshotErrors } from './errors.ts';

/** What crosses between the engine's thread and the snapshot thread. Buffers are transferred. */

export interface SnapshotThreadData {
  readonly url: string;
  readonly options: Omit<SnapshotOptions, 'observer'>;
  /** Counts up while the engine's loop moves. */
  readonly pulse: SharedArrayBuffer;
}

export interface CompactionThreadData {
  readonly url: string;
  readonly job: CompactionJob;
}

/** What a compaction came to, and what it asked the store for in any case. */
export type CompactionReply = (
  { readonly result: CompactionResult } | { readonly error: PlainError }
) & { readonly usage: StoreUsage };

export type Request =
  | { readonly id: number; readonly call: 'acquire' | 'next' | 'confirm' | 'close' }
  | { readonly id: number; readonly call: 'recover' }
  | {
      readonly id: number;
      readonly call: 'commit';
      readonly cut: Cut;
      readonly info: CommitNote | undefined;
    };

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: PlainError }
  | { readonly event: string; readonly argument: unknown };

/** An error as it crosses: classes do not survive a structured clone. */
export interface PlainError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export function toPlain(error: unknown): PlainError {
  if (error instanceof WeirError) {
    return { code: error.code, message: error.message, hint: error.hint };
  }
  const { code, message, hint } = snapshotErrors.WORKER_FAILED(messageOf(error), { cause: error });
  return { code, message, hint };
}

export function fromPlain(error: PlainError): WeirError {
  return new WeirError(error.code, error.message, error.hint);
}
