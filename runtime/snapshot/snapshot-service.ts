import type { WeirError } from '#protocol/errors.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import type { SnapshotObserver, SnapshotOptions } from '../ports/snapshots.ts';
import type { Compactor } from './compaction-job.ts';
import type { EngineLoop } from './acquire.ts';
import { isPermanent, named, snapshotErrors } from './errors.ts';
import { Pauses } from './pauses.ts';
import type { Processes } from './processes.ts';
import { toPlain, type Request } from './worker-messages.ts';
import { SnapshotWriter } from './writer.ts';

export interface ServiceParts {
  readonly url: string;
  readonly options: Omit<SnapshotOptions, 'observer'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly processes: Processes;
  readonly engine: EngineLoop;
  readonly openStore: () => Promise<SnapshotStore>;
  readonly newCompactor: () => Compactor;
  readonly tell: (event: keyof SnapshotObserver, argument: unknown) => void;
}

interface Answer {
  readonly value: unknown;
  readonly transfer: ArrayBuffer[];
}

const defaultStartBudgetMs = 60_000;

/** Answers the requests of the engine's thread with a `SnapshotWriter`. */
export class SnapshotService {
  readonly #parts: ServiceParts;
  readonly #pauses: Pauses;
  #writer: SnapshotWriter | null = null;
  #recovery: AsyncGenerator<readonly Uint8Array[], void, undefined> | null = null;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#pauses = new Pauses(parts.clock, parts.random);
  }

  async answer(request: Request): Promise<Answer> {
    switch (request.call) {
      case 'acquire':
        return plain(await (await this.#open()).acquire());
      case 'recover':
        this.#recovery = this.#opened().recoverObjects();
        return plain(null);
      case 'next':
        return this.#nextBlocks();
      case 'commit':
        return plain(await this.#opened().commit(request.cut, request.info));
      case 'confirm':
        return plain(await this.#opened().confirm());
      case 'close':
        this.#pauses.end();
        await this.#writer?.close();
        return plain(null);
    }
  }

  async #nextBlocks(): Promise<Answer> {
    const step = await this.#recovery?.next();
    if (step === undefined || step.done === true) return plain(null);
    const buffers = new Set(step.value.map((block) => block.buffer as ArrayBuffer));
    return { value: step.value, transfer: [...buffers] };
  }

  /** The store is opened here, so that one that is not there yet has its start budget too. */
  async #open(): Promise<SnapshotWriter> {
    const { options, clock, tell } = this.#parts;
    const startedAt = clock.monotonic();
    const budgetMs = options.startBudgetMs ?? defaultStartBudgetMs;
    for (let attempt = 1; ; attempt++) {
      try {
        const store = await this.#parts.openStore();
        const { random, processes, engine, newCompactor } = this.#parts;
        const world = { store, clock, random, processes, engine };
        const observed = { ...options, observer: observerThat(tell) };
        this.#writer = new SnapshotWriter(world, observed, newCompactor());
        if (this.#pauses.ended) await this.#writer.close();
        return this.#writer;
      } catch (error) {
        if (isPermanent(error)) throw error;
        const failure = named(error, 'opening the store');
        if (clock.monotonic() - startedAt >= budgetMs) {
          throw snapshotErrors.STORE_UNREACHABLE(failure.message, { cause: error });
        }
        tell('trouble', toPlain(failure));
        await this.#pauses.backOff(attempt);
      }
    }
  }

  #opened(): SnapshotWriter {
    if (this.#writer === null) throw snapshotErrors.WRONG_ORDER('the state is not acquired');
    return this.#writer;
  }
}

function plain(value: unknown): Answer {
  return { value, transfer: [] };
}

/** Errors cross as plain objects. */
function observerThat(tell: ServiceParts['tell']): SnapshotObserver {
  return {
    standby: (owner) => tell('standby', owner),
    delayed: (delay) => tell('delayed', delay),
    lost: (error: WeirError) => tell('lost', toPlain(error)),
    compacted: (info) => tell('compacted', info),
    used: (usage) => tell('used', usage),
    trouble: (error: WeirError) => tell('trouble', toPlain(error)),
  };
}
