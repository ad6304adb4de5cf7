/**
 * An HTTP server that takes records on lines of their own, as `weir.http.v1/ingress` does. What is
 * pending goes in one request for the transactions and one for the labels, each with an
 * `Idempotency-Key`. Before them the checkpoint says which records they have: a process that was
 * killed in between is followed by one that sends the very same requests again, and a server that
 * knows the key takes them once.
 */
import { createHash } from 'node:crypto';
import {
  type Checkpoint,
  type StreamIdentity,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
import type { DayEvent } from './event-stream.ts';
import { LinePost } from './line-post.ts';
import type { Outlet, RecordEvent } from './outlet.ts';
import { feedbackLine, transactionLine } from './records.ts';

export interface HttpTarget {
  readonly kind: 'http';
  /** URLs that records are posted to. */
  readonly transactions: string;
  readonly feedback: string;
  readonly checkpoint: string;
}

/** `label`: how many labels came before the day; the others count from the stream's beginning. */
const counts = [
  'label',
  ...(['transactionsSent', 'labelsSent', 'transactionsSending', 'labelsSending'] as const),
] as const;
type HttpCheckpoint = Checkpoint<(typeof counts)[number]>;

/** The records of one URL that were given and not taken yet. */
class Pending {
  readonly url: string;
  readonly #name: string;
  /** Number of the next record of the stream. */
  next: number;
  /** Records that the server has taken, and those in the request that is under way, or was. */
  sent: number;
  sending: number;
  bytes = 0;
  #lines: string[] = [];

  constructor(url: string, name: string, next: number, sent: number, sending: number) {
    this.url = url;
    this.#name = name;
    this.next = next;
    this.sent = sent;
    this.sending = sending;
  }

  get holdsNext(): boolean {
    return this.next < this.sending;
  }

  write(line: string): void {
    if (this.next++ < this.sent) return;
    this.#lines.push(line);
    this.bytes += line.length;
  }

  async send(post: LinePost, stream: string, signal: AbortSignal): Promise<boolean> {
    if (this.sent === this.sending) return true;
    const key = `weir-datagen/${stream}/${this.#name}/${this.sent}-${this.sending}`;
    // Of an earlier process's request there may be lines behind already that it did not have.
    const lines = this.#lines.slice(0, this.sending - this.sent).join('');
    if (!(await post.send(this.url, lines, key, signal))) return false;
    this.#lines = this.#lines.slice(this.sending - this.sent);
    this.bytes -= lines.length;
    this.sent = this.sending;
    return true;
  }
}

export class HttpOutlet implements Outlet {
  readonly start: HttpCheckpoint | null;
  readonly #file: string;
  readonly #stream: StreamIdentity;
  readonly #streamHash: string;
  readonly #post = new LinePost();
  readonly #transactions: Pending;
  readonly #labels: Pending;
  #day: Pick<HttpCheckpoint, 'day' | 'transaction' | 'label'>;

  /** Reads the checkpoint. Throws WEIR_DATAGEN_* errors. */
  constructor(target: HttpTarget, stream: StreamIdentity) {
    this.#file = target.checkpoint;
    this.#stream = stream;
    this.#streamHash = createHash('sha256')
      .update(JSON.stringify(stream))
      .digest('hex')
      .slice(0, 16);
    this.start = readCheckpoint(target.checkpoint, stream, counts);
    const from = this.start;
    this.#day = {
      day: from?.day ?? stream.firstDay,
      transaction: from?.transaction ?? 0,
      label: from?.label ?? 0,
    };
    const { transaction, label } = this.#day;
    this.#transactions = new Pending(
      ...([target.transactions, 'transactions', transaction] as const),
      ...([from?.transactionsSent ?? 0, from?.transactionsSending ?? 0] as const),
    );
    this.#labels = new Pending(
      ...([target.feedback, 'feedback', label] as const),
      ...([from?.labelsSent ?? 0, from?.labelsSending ?? 0] as const),
    );
  }

  get problem(): string | null {
    return this.#post.problem;
  }

  holds(event: RecordEvent): boolean {
    return this.#of(event).holdsNext;
  }

  write(event: RecordEvent): void {
    this.#of(event).write(event.kind === 'label' ? feedbackLine(event) : transactionLine(event));
  }

  get pendingBytes(): number {
    return this.#transactions.bytes + this.#labels.bytes;
  }

  async flush(signal: AbortSignal): Promise<void> {
    // The records of a request that an earlier process began are not all given yet.
    if (this.#transactions.holdsNext || this.#labels.holdsNext) return;
    if (!(await this.#send(signal)) || this.pendingBytes === 0) return;
    for (const pending of [this.#transactions, this.#labels]) pending.sending = pending.next;
    this.#save();
    await this.#send(signal);
  }

  async beginDay({ day, transaction }: DayEvent, signal: AbortSignal): Promise<void> {
    await this.flush(signal);
    if (this.pendingBytes > 0) return;
    this.#day = { day, transaction, label: this.#labels.next };
  }

  /** What the server does with it is its own affair; it answers when it has no room. */
  async backlogBytes(): Promise<number> {
    return 0;
  }

  async close(): Promise<void> {
    this.#save();
  }

  /** What is under way, if anything is; false if the signal came first. */
  async #send(signal: AbortSignal): Promise<boolean> {
    for (const pending of [this.#transactions, this.#labels]) {
      if (!(await pending.send(this.#post, this.#streamHash, signal))) return false;
    }
    return true;
  }

  #save(): void {
    writeCheckpoint(this.#file, {
      format: 1,
      stream: this.#stream,
      ...this.#day,
      transactionsSent: this.#transactions.sent,
      labelsSent: this.#labels.sent,
      transactionsSending: this.#transactions.sending,
      labelsSending: this.#labels.sending,
    });
  }

  #of(event: RecordEvent): Pending {
    return event.kind === 'label' ? this.#labels : this.#transactions;
  }
}
