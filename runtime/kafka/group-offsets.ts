import type { Admin } from 'kafkajs';
import type { Clock, TimerHandle } from '../ports/clock.ts';

/** Setting offsets joins and leaves the group, which takes seconds: not after every commit. */
const everyMs = 15_000;

/**
 * Tells the consumer group of the module how far the committed cuts are, for lag tools. It is
 * information: nothing reads it back, and what fails is left out.
 */
export class GroupOffsets {
  readonly #admin: Admin;
  readonly #groupId: string;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;
  #newest: ReadonlyMap<string, number> | null = null;
  #timer: TimerHandle | null = null;
  #closed = false;

  constructor(admin: Admin, groupId: string, clock: Clock, failed: (error: unknown) => void) {
    this.#admin = admin;
    this.#groupId = groupId;
    this.#clock = clock;
    this.#failed = failed;
  }

  /** Positions of a committed cut, by their names in it. */
  committed(positions: ReadonlyMap<string, number>): void {
    this.#newest = positions;
    if (this.#timer !== null || this.#closed) return;
    this.#timer = this.#clock.setTimer(everyMs, () => {
      void this.#tell().finally(() => {
        this.#timer = null;
        if (this.#newest !== null) this.committed(this.#newest);
      });
    });
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #tell(): Promise<void> {
    const positions = this.#newest ?? new Map<string, number>();
    this.#newest = null;
    const byTopic = new Map<string, { partition: number; offset: string }[]>();
    for (const [key, offset] of positions) {
      const [, topic = '', partition] = key.split(' ');
      const list = byTopic.get(topic) ?? [];
      list.push({ partition: Number(partition), offset: String(offset) });
      byTopic.set(topic, list);
    }
    for (const [topic, partitions] of byTopic) {
      if (this.#closed) return;
      try {
        await this.#admin.setOffsets({ groupId: this.#groupId, topic, partitions });
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
