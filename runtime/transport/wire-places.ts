import type { Clock } from '#runtime/ports/clock.ts';

/** By so much one is overtaken that counts no more, milliseconds. */
const overtakenByMs = 200;
/** After so long without any answer one more is let through, and again after so long. */
const probeEveryMs = 1_000;

/** What is on the wire; `beganAtMs` is monotonic. */
export interface OnWire {
  readonly beganAtMs: number;
}

/**
 * How many exchanges may be on the wire. Few keep a server busy, and more would only wait in its
 * listen queue. But those that hang must not take the places of all others (E8): one that was
 * overtaken, by one that was sent later and is answered, does not count any more, up to a bound. Age
 * alone would say nothing: where a server is overloaded all are old, and more of them would be worse.
 */
export class WirePlaces {
  readonly #clock: Clock;
  readonly #usual: number;
  readonly #most: number;
  /** Those that count, in the order in which they began. */
  readonly #counted = new Set<OnWire>();
  readonly #overtaken = new Set<OnWire>();
  /** Monotonic milliseconds at which the latest of all that were answered was sent. */
  #answeredSentAt = -Infinity;
  /** Monotonic milliseconds of the last answer, or of the last one let through without any. */
  #movedAt = -Infinity;

  /** `usual`: how many that are not overtaken; `most`: how many in all. */
  constructor(clock: Clock, usual: number, most: number) {
    this.#clock = clock;
    this.#usual = usual;
    this.#most = Math.max(usual, most);
  }

  get taken(): number {
    return this.#counted.size + this.#overtaken.size;
  }

  /** How many may be on the wire now. */
  get room(): number {
    if (this.#counted.size < this.#usual) return this.#bounded(0);
    this.#passOver();
    return this.#bounded(this.#mayProbe ? 1 : 0);
  }

  /** How many do not count. */
  get overtaken(): number {
    return this.#overtaken.size;
  }

  get isFull(): boolean {
    return this.taken >= this.room;
  }

  take(exchange: OnWire): void {
    if (this.#counted.size >= this.#usual) this.#movedAt = this.#clock.monotonic();
    this.#counted.add(exchange);
  }

  /** A reply of the exchange came; it may be one of many. */
  answered({ beganAtMs }: OnWire): void {
    if (beganAtMs > this.#answeredSentAt) this.#answeredSentAt = beganAtMs;
    this.#movedAt = this.#clock.monotonic();
  }

  give(exchange: OnWire): void {
    if (!this.#counted.delete(exchange)) this.#overtaken.delete(exchange);
  }

  #bounded(probe: number): number {
    return Math.min(this.#most, this.#usual + this.#overtaken.size + probe);
  }

  #passOver(): void {
    for (const exchange of this.#counted) {
      if (exchange.beganAtMs + overtakenByMs >= this.#answeredSentAt) return;
      this.#counted.delete(exchange);
      this.#overtaken.add(exchange);
    }
  }

  /** All places are taken by those that may hang, and nobody is there to overtake them. */
  get #mayProbe(): boolean {
    if (this.#counted.size < this.#usual) return false;
    const [oldest] = this.#counted;
    const now = this.#clock.monotonic();
    return now - Math.max(this.#movedAt, oldest?.beganAtMs ?? now) >= probeEveryMs;
  }
}
