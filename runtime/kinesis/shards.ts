import type { KinesisStart } from '../ports/kinesis-settings.ts';
import { atStart, ended, type KnownShard, type ShardPosition } from './position.ts';
import { kinesisErrors } from './errors.ts';

/** A shard as the service lists it. */
export interface ListedShard {
  readonly id: string;
  /** None, one (of a split) or two (of a merge); they may have expired since. */
  readonly parents: readonly string[];
  /** Whether records may still come. */
  readonly open: boolean;
}

/** What is read of one stream, and how far. */
export class StreamShards {
  readonly #positions = new Map<string, ShardPosition>();
  readonly #listed = new Map<string, ListedShard>();
  readonly #stream: string;

  constructor(stream: string) {
    this.#stream = stream;
  }

  /**
   * The shards at the start of a runtime. A stream that the cut does not know begins as the module
   * says; a shard that it does not know, though it knows others, was made since and is read from
   * its beginning. Throws POSITION_OUT_OF_RANGE if one is gone that was not read to its end.
   */
  begin(
    listed: readonly ListedShard[],
    known: readonly KnownShard[],
    start: KinesisStart,
    nowMs: number,
  ): void {
    for (const { shard, position } of known) this.#positions.set(shard, position);
    if (known.length === 0) {
      for (const shard of listed) this.#positions.set(shard.id, first(shard, start, nowMs));
    }
    this.found(listed);
  }

  /**
   * The shards as they are listed now; gives those that are new. Throws POSITION_OUT_OF_RANGE if one
   * is gone that was not read to its end.
   */
  found(listed: readonly ListedShard[]): string[] {
    const ids = new Set(listed.map(({ id }) => id));
    for (const [id, { type }] of this.#positions) {
      if (type === 'ended' || ids.has(id)) continue;
      // With nothing changed: its children must not be read as if nothing had been lost.
      throw kinesisErrors.POSITION_OUT_OF_RANGE(
        `${this.#stream}: the shard ${id} expired before it was read to its end`,
      );
    }
    const fresh: string[] = [];
    this.#listed.clear();
    for (const shard of listed) {
      this.#listed.set(shard.id, shard);
      if (this.#positions.has(shard.id)) continue;
      this.#positions.set(shard.id, atStart);
      fresh.push(shard.id);
    }
    return fresh;
  }

  /** Shards that are not at their end and whose parents are: so records of a key stay in order. */
  readable(): string[] {
    return [...this.#listed.values()]
      .filter(({ id, parents }) => !this.#isEnded(id) && parents.every((of) => this.#isOver(of)))
      .map(({ id }) => id);
  }

  position(shard: string): ShardPosition {
    return this.#positions.get(shard) ?? atStart;
  }

  move(shard: string, position: ShardPosition): void {
    this.#positions.set(shard, position);
  }

  all(): IterableIterator<[string, ShardPosition]> {
    return this.#positions.entries();
  }

  #isEnded(shard: string): boolean {
    return this.#positions.get(shard)?.type === 'ended';
  }

  /** Ended, or expired before this state began. */
  #isOver(shard: string): boolean {
    return this.#isEnded(shard) || !this.#listed.has(shard);
  }
}

function first(shard: ListedShard, start: KinesisStart, nowMs: number): ShardPosition {
  if (start.type === 'earliest') return atStart;
  if (start.type === 'date') return { type: 'time', ms: start.dateMs };
  // What a closed shard holds is older than now. A moment, unlike the service's `LATEST`, is the
  // same one after a restart that comes before the first record.
  return shard.open ? { type: 'time', ms: nowMs } : ended;
}
