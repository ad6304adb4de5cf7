import type { DayEvent, LabelEvent, StreamPosition, TransactionEvent } from './event-stream.ts';

export type RecordEvent = TransactionEvent | LabelEvent;

/**
 * Where the stream is let out. What was let out by earlier processes is part of it: the generator
 * gives the stream again from `start` on, and the outlet passes over what it holds.
 */
export interface Outlet {
  /** Where the stream can be taken up; null: at its beginning. */
  readonly start: StreamPosition | null;
  /** Whether it holds the stream's next record already, as an earlier process left it. */
  holds(event: RecordEvent): boolean;
  /** Takes the next record; one that it holds is passed over. */
  write(event: RecordEvent): void;
  /** Bytes that were given and are not let out yet. */
  readonly pendingBytes: number;
  /** Why what is pending can't be let out at the moment; null: nothing is in the way. */
  readonly problem: string | null;
  /** Lets out what is pending, transactions before labels; waits until then, or for the signal. */
  flush(signal: AbortSignal): Promise<void>;
  /** A day begins: a place at which a later process may take the stream up. */
  beginDay(event: DayEvent, signal: AbortSignal): Promise<void>;
  /** Bytes that nobody has consumed yet; 0 where that can't be known. */
  backlogBytes(): Promise<number>;
  close(): Promise<void>;
}
