import {
  type Checkpoint,
  type StreamIdentity,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
import { EventLog } from './event-log.ts';
import type { DayEvent } from './event-stream.ts';
import type { Outlet, RecordEvent } from './outlet.ts';
import { feedbackLine, transactionLine } from './records.ts';

export interface FolderTarget {
  readonly kind: 'folders';
  /** Event log folders. */
  readonly transactions: string;
  readonly feedback: string;
  readonly checkpoint: string;
  readonly rollBytes?: number;
}

const checkpointMs = 5_000;
const offsets = ['transactionsOffset', 'feedbackOffset'] as const;

/** Two event log folders, and a checkpoint as a shortcut for restarts. */
export class FolderOutlet implements Outlet {
  readonly start: Checkpoint<(typeof offsets)[number]> | null;
  /** What a disk does not take is thrown as it is. */
  readonly problem = null;
  readonly #stream: StreamIdentity;
  readonly #checkpoint: string;
  readonly #transactions: EventLog;
  readonly #feedback: EventLog;
  #checkpointedMs = -Infinity;

  /** Opens both logs and finds the position. Throws WEIR_DATAGEN_* errors. */
  constructor(target: FolderTarget, stream: StreamIdentity) {
    this.#stream = stream;
    this.#checkpoint = target.checkpoint;
    const roll = target.rollBytes === undefined ? {} : { rollBytes: target.rollBytes };
    const checkpoint = readCheckpoint(target.checkpoint, stream, offsets);
    this.#transactions = new EventLog(target.transactions, roll);
    this.#feedback = new EventLog(target.feedback, roll);
    const usable =
      checkpoint !== null &&
      checkpoint.transactionsOffset <= this.#transactions.end &&
      checkpoint.feedbackOffset <= this.#feedback.end;
    this.start = usable ? checkpoint : null;
    this.#transactions.startAt(this.start?.transactionsOffset ?? 0);
    this.#feedback.startAt(this.start?.feedbackOffset ?? 0);
  }

  holds(event: RecordEvent): boolean {
    const log = event.kind === 'label' ? this.#feedback : this.#transactions;
    return log.position < log.end;
  }

  write(event: RecordEvent): void {
    if (event.kind === 'transaction') this.#transactions.append(transactionLine(event));
    else this.#feedback.append(feedbackLine(event));
  }

  get pendingBytes(): number {
    return this.#transactions.pendingBytes + this.#feedback.pendingBytes;
  }

  async flush(): Promise<void> {
    this.#transactions.flush();
    this.#feedback.flush();
  }

  async beginDay(event: DayEvent): Promise<void> {
    const now = performance.now();
    if (now - this.#checkpointedMs < checkpointMs) return;
    this.#checkpointedMs = now;
    await this.flush();
    this.#transactions.sync();
    this.#feedback.sync();
    writeCheckpoint(this.#checkpoint, {
      format: 1,
      stream: this.#stream,
      day: event.day,
      transaction: event.transaction,
      transactionsOffset: this.#transactions.position,
      feedbackOffset: this.#feedback.position,
    });
  }

  async backlogBytes(): Promise<number> {
    return this.#transactions.backlogBytes() + this.#feedback.backlogBytes();
  }

  async close(): Promise<void> {
    this.#transactions.close();
    this.#feedback.close();
  }
}
