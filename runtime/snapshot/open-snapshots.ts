import { Worker } from 'node:worker_threads';
import type { WeirError } from '#protocol/errors.ts';
import type { Cut } from '../ports/cut.ts';
import type {
  Acquired,
  CommitDelay,
  CommitInfo,
  CommitNote,
  CompactionInfo,
  Owner,
  SnapshotObserver,
  SnapshotOptions,
  Snapshots,
} from '../ports/snapshots.ts';
import type { StoreUsage } from '../ports/store-usage.ts';
import { systemClock } from '../ports/system-clock.ts';
import { snapshotErrors } from './errors.ts';
import { Pulse } from './pulse.ts';
import { settingsOf } from './options.ts';
import { fromPlain, type PlainError, type Reply, type Request } from './worker-messages.ts';
import type { SnapshotThreadData } from './worker-messages.ts';

/**
 * The snapshots of a state URL, written by a thread of their own: a commit costs the engine's loop
 * one message with transferred buffers. Throws `INVALID_OPTION`; a store that can't be used is
 * told by `acquire`.
 */
export function openSnapshots(url: string, options: SnapshotOptions): Snapshots {
  settingsOf(options, url); // a wrong option is a mistake of the caller: say so at once
  return new SnapshotThread(url, options);
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: WeirError) => void;
}

type Call = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

class SnapshotThread implements Snapshots {
  readonly #worker: Worker;
  readonly #observer: SnapshotObserver;
  readonly #pulse = new Pulse(systemClock);
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #ended: WeirError | null = null;
  #closing = false;

  constructor(url: string, { observer, ...options }: SnapshotOptions) {
    this.#observer = observer ?? {};
    const workerData: SnapshotThreadData = { url, options, pulse: this.#pulse.counter };
    this.#worker = new Worker(new URL('./snapshot.worker.ts', import.meta.url), { workerData });
    this.#worker.on('message', (reply: Reply) => this.#receive(reply));
    this.#worker.on('error', (error: Error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('it exited')));
  }

  acquire(): Promise<Acquired> {
    return this.#call<Acquired>({ call: 'acquire' });
  }

  async *recover(): AsyncGenerator<Uint8Array, void, undefined> {
    await this.#call({ call: 'recover' });
    const next = () => this.#call<readonly Uint8Array[] | null>({ call: 'next' });
    // One object ahead: the next one crosses while this one is applied.
    let coming = next();
    for (;;) {
      const blocks = await coming;
      if (blocks === null) return;
      coming = next();
      coming.catch(() => undefined); // if the receiver stops early, nobody awaits it
      yield* blocks;
    }
  }

  commit(cut: Cut, info?: CommitNote): Promise<CommitInfo> {
    const buffers = new Set(cut.chunks.map(({ bytes }) => bytes.buffer));
    return this.#call<CommitInfo>({ call: 'commit', cut, info }, [...buffers]);
  }

  confirm(): Promise<void> {
    return this.#call({ call: 'confirm' });
  }

  async close(): Promise<void> {
    if (this.#closing || this.#ended !== null) return;
    try {
      await this.#call({ call: 'close' });
    } finally {
      this.#closing = true;
      await this.#worker.terminate();
    }
  }

  #call<T = void>(request: Call, transfer: ArrayBuffer[] = []): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#ended !== null) {
        reject(this.#ended);
        return;
      }
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage({ ...request, id }, transfer);
    });
  }

  #receive(reply: Reply): void {
    if ('event' in reply) {
      this.#observe(reply.event, reply.argument);
      return;
    }
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(fromPlain(reply.error));
  }

  #observe(event: string, argument: unknown): void {
    const observer = this.#observer;
    if (event === 'standby') observer.standby?.(argument as Owner);
    else if (event === 'delayed') observer.delayed?.(argument as CommitDelay);
    else if (event === 'compacted') observer.compacted?.(argument as CompactionInfo);
    else if (event === 'used') observer.used?.(argument as StoreUsage);
    else if (event === 'lost') observer.lost?.(fromPlain(argument as PlainError));
    else if (event === 'trouble') observer.trouble?.(fromPlain(argument as PlainError));
  }

  #end(cause: Error): void {
    if (this.#ended !== null) return;
    this.#pulse.stop();
    this.#ended = this.#closing
      ? snapshotErrors.CLOSED('the snapshots are closed')
      : snapshotErrors.WORKER_FAILED(`the snapshot thread ended: ${cause.message}`, { cause });
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
    if (!this.#closing) this.#observer.lost?.(this.#ended);
  }
}
