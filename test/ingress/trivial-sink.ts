import type {
  IngressMessage,
  IngressSink,
  OfferOptions,
  OfferResult,
  CommittedReply,
  RejectedRecord,
} from '#runtime/ports/ingress.ts';

import type { DeadLetterTarget } from '#runtime/ports/failure-policy.ts';

interface Remembered {
  readonly replyTo: string | null;
  reply: CommittedReply | null;
}

/** What the engine promises an ingress, in its smallest faithful form. */
export class TrivialSink implements IngressSink {
  readonly taken: IngressMessage[] = [];
  readonly accepts: { messages: readonly IngressMessage[]; after: number }[] = [];
  readonly offers: { messages: readonly IngressMessage[]; options: OfferOptions }[] = [];
  readonly positions = new Map<string, number>();
  readonly givenUp: object[] = [];
  takesDeadLetters = true;
  types = ['test/a', 'test/b'];
  /** With false, `durable` waits for `commit`. */
  autoCommit = true;
  #full = false;
  #opened = Promise.withResolvers<void>();
  #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  readonly #keys = new Map<string, Remembered>();

  accept(messages: readonly IngressMessage[], partition: string, offsetAfter: number): void {
    if (this.#full) throw new Error('accept under back-pressure');
    this.#check(messages);
    this.taken.push(...messages);
    this.accepts.push({ messages, after: offsetAfter });
    this.positions.set(partition, offsetAfter);
  }

  offer(messages: readonly IngressMessage[], options: OfferOptions): OfferResult {
    this.#check(messages);
    const first = messages[0]!;
    const key = `${first.type}\n${first.id}\n${options.idempotencyKey}`;
    const known = options.idempotencyKey === undefined ? undefined : this.#keys.get(key);
    if (known !== undefined) return { duplicate: true, ...known };
    const entry = { replyTo: options.awaitReply ?? null, reply: null };
    if (options.idempotencyKey !== undefined) this.#keys.set(key, entry);
    this.taken.push(...messages.map((m) => ({ ...m, value: copied(m.value) })));
    this.offers.push({ messages, options });
    return { duplicate: false, ...entry };
  }

  giveUp(
    { path, offset, reason, value }: RejectedRecord,
    { egress }: DeadLetterTarget,
    partition: string,
    after: number,
  ): boolean {
    if (!this.takesDeadLetters) return false;
    const text = Buffer.from(value as Uint8Array).toString();
    this.givenUp.push({ path, offset, code: reason.code, value: text, to: egress });
    this.positions.set(partition, after);
    return true;
  }

  /** Remembers a committed reply, as the engine does for idempotency keys. */
  remember(reply: CommittedReply): void {
    for (const entry of this.#keys.values()) {
      if (entry.replyTo === reply.replyTo) entry.reply = reply;
    }
  }

  durable(): Promise<void> {
    if (this.autoCommit) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  commit(error?: Error): void {
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (error === undefined) resolve();
      else reject(error);
    }
  }

  get full(): boolean {
    return this.#full;
  }

  set full(value: boolean) {
    if (value && !this.#full) this.#opened = Promise.withResolvers();
    if (!value) this.#opened.resolve();
    this.#full = value;
  }

  whenOpen(): Promise<void> {
    return this.#full ? this.#opened.promise : Promise.resolve();
  }

  knows(functionType: string): boolean {
    return this.types.includes(functionType);
  }

  functionTypes(): readonly string[] {
    return this.types;
  }

  #check(messages: readonly IngressMessage[]): void {
    for (const message of messages) {
      if (!this.knows(message.type)) throw new Error(`unknown target ${message.type}`);
    }
  }
}

function copied(value: Uint8Array | string): string {
  return typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
}

/** Waits for a condition; generous, since machines are slow. */
export async function until(condition: () => boolean, what = 'condition'): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
