import type { GetRecordsCommandOutput } from '@aws-sdk/client-kinesis';
import { messageOf, WeirError } from '#protocol/errors.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { pause } from '../ports/pause.ts';
import { isNamed, kinesisErrors } from './errors.ts';
import type { ShardPosition } from './position.ts';
import type { StreamRequests } from './requests.ts';

type Records = NonNullable<GetRecordsCommandOutput['Records']>;

export interface ShardReaderOptions {
  readonly shard: string;
  readonly requests: StreamRequests;
  readonly position: () => ShardPosition;
  /** Takes records in order; resolves false if it was stopped on the way. */
  readonly take: (records: Records) => Promise<boolean>;
  /** Everything of a closed shard was taken. */
  readonly onEnd: () => void;
  readonly onFailure: (error: WeirError) => void;
  readonly onWorking: () => void;
  readonly clock: Clock;
  readonly random: Random;
  readonly ended: AbortSignal;
  readonly recordsMax: number;
  /** Between two reads, milliseconds: a shard allows five in a second. */
  readonly everyMs: number;
}

const firstRetryMs = 100;
const longestRetryMs = 10_000;
const longestThrottledMs = 1_000;
const throttled = ['ProvisionedThroughputExceededException', 'LimitExceededException'];

/** Reads one shard from its position to its end, whatever the service does meanwhile. */
export class ShardReader {
  readonly #options: ShardReaderOptions;
  /** Milliseconds that the last records read are behind the newest of the shard. */
  lagMs: number | null = null;
  #failures = 0;

  constructor(options: ShardReaderOptions) {
    this.#options = options;
  }

  /** Resolves at the shard's end, or when it is stopped; never rejects. */
  async run(): Promise<void> {
    let iterator: string | null = null;
    while (!this.#options.ended.aborted) {
      const { requests, shard, position, clock } = this.#options;
      const since = clock.monotonic();
      try {
        iterator ??= await requests.iterator(shard, position());
        const answer = await requests.records(iterator, this.#options.recordsMax);
        if (!(await this.#options.take(answer.Records ?? []))) return;
        this.lagMs = answer.MillisBehindLatest ?? null;
        this.#failures = 0;
        this.#options.onWorking();
        iterator = answer.NextShardIterator ?? null;
        if (iterator === null) {
          this.#options.onEnd();
          return;
        }
        await this.#sleep(this.#options.everyMs - (clock.monotonic() - since));
      } catch (error) {
        if (this.#options.ended.aborted) return;
        // After a failure the own position counts, not where the service believes us to be.
        if (!isNamed(error, throttled)) iterator = null;
        // An iterator lives for five minutes: back-pressure may take longer.
        if (isNamed(error, ['ExpiredIteratorException'])) continue;
        await this.#failed(error);
      }
    }
  }

  async #failed(error: unknown): Promise<void> {
    const { shard, random, onFailure } = this.#options;
    this.#failures++;
    // That one is asked too often happens in every service with several readers.
    const isThrottled = isNamed(error, throttled);
    if (!isThrottled || this.#failures > 10) {
      const failure =
        error instanceof WeirError
          ? error
          : kinesisErrors.READ_FAILED(`${shard}: ${messageOf(error)}`, { cause: error });
      onFailure(failure);
    }
    const longestMs = isThrottled ? longestThrottledMs : longestRetryMs;
    const ceiling = Math.min(longestMs, firstRetryMs * 2 ** Math.min(this.#failures - 1, 10));
    await this.#sleep(ceiling * (0.5 + random.next() / 2));
  }

  async #sleep(delayMs: number): Promise<void> {
    const { clock, ended } = this.#options;
    if (delayMs > 0) await pause(clock, delayMs, ended);
  }
}
