import type { Clock, Random } from '#runtime/ports/clock.ts';
import type { Head, ObjectInfo, SnapshotStore, SwapResult } from '#runtime/ports/snapshot-store.ts';
import { noUsage } from '#runtime/ports/store-usage.ts';
import { snapshotErrors } from '#runtime/snapshot/errors.ts';
import { decodeHead } from '#runtime/snapshot/head.ts';
import { checkObjectName } from '#runtime/snapshot/object-names.ts';
import type { Processes, ProcessIdentity } from '#runtime/snapshot/processes.ts';
import { randomPort, seededRandom } from './seeded.ts';

interface SimEvent {
  at: number;
  readonly order: number;
  readonly action: () => void;
  readonly process: SimProcess | null;
}

/** Virtual time: events run one at a time, in an order that depends on the seed alone. */
export class Scheduler {
  now = 0;
  readonly next: () => number;
  readonly #events: SimEvent[] = [];
  #order = 0;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  after(delayMs: number, action: () => void, process: SimProcess | null): SimEvent {
    const event = { at: this.now + delayMs, order: this.#order++, action, process };
    this.#insert(event);
    return event;
  }

  cancel(event: SimEvent): void {
    const index = this.#events.indexOf(event);
    if (index >= 0) this.#events.splice(index, 1);
  }

  /** Runs events until `done`; throws if nothing is left to happen or `limitMs` is over. */
  async until(done: () => boolean, limitMs = 1_000_000): Promise<void> {
    const end = this.now + limitMs;
    for (;;) {
      // All promise reactions first: their order is fixed by the language.
      await new Promise((resolve) => setImmediate(resolve));
      if (done()) return;
      const event = this.#events.shift();
      if (event === undefined) throw new Error('nothing is left to happen');
      if (event.at > end) throw new Error(`not done after ${limitMs} ms`);
      if (event.process?.dead === true) continue;
      if (event.process !== null && event.process.frozenUntil > event.at) {
        event.at = event.process.frozenUntil;
        this.#insert(event);
        continue;
      }
      this.now = Math.max(this.now, event.at);
      event.action();
    }
  }

  /** Runs until `promise` has settled, and gives its result. */
  async complete<T>(promise: Promise<T>, limitMs?: number): Promise<T> {
    let settled = false;
    const mark = () => void (settled = true);
    promise.then(mark, mark);
    await this.until(() => settled, limitMs);
    return promise;
  }

  #insert(event: SimEvent): void {
    let index = this.#events.length;
    while (index > 0) {
      const before = this.#events[index - 1] as SimEvent;
      if (before.at < event.at || (before.at === event.at && before.order < event.order)) break;
      index--;
    }
    this.#events.splice(index, 0, event);
  }
}

/** A process that can be killed (nothing of it happens any more) and frozen. */
export class SimProcess {
  dead = false;
  frozenUntil = 0;
  /** Dies in the store operation with this number, counted from 1, before or after it works. */
  dieAt: { readonly operation: number; readonly applied: boolean } | null = null;
  operations = 0;
  readonly clock: Clock;
  readonly random: Random;
  readonly processes: Processes;

  constructor(scheduler: Scheduler, pid: number, others: ReadonlyMap<number, SimProcess>) {
    this.clock = {
      now: () => 1_500_000_000_000 + scheduler.now,
      monotonic: () => scheduler.now,
      setTimer: (delayMs, action) => {
        const event = scheduler.after(delayMs, action, this);
        return { cancel: () => scheduler.cancel(event) };
      },
    };
    this.random = randomPort(scheduler.next);
    const self: ProcessIdentity = { host: 'h', hostname: 'h', pid, processStart: `${pid}` };
    this.processes = { self, isGone: (other) => others.get(other.pid)?.dead === true };
  }
}

/** What the store holds, shared by all processes. */
export class SimPlace {
  readonly objects = new Map<string, { readonly body: Buffer; readonly writtenAt: number }>();
  head: { readonly body: Buffer; readonly tag: number } | null = null;
  /** Every head that was ever current. */
  readonly history: { readonly epoch: number; readonly sequence: number }[] = [];
}

export interface Faults {
  /** Share of operations that fail without effect. */
  readonly refused: number;
  /** Share of operations that work, and whose answer is lost. */
  readonly lost: number;
  readonly latencyMs: number;
}

export const noFaults: Faults = { refused: 0, lost: 0, latencyMs: 1 };

/**
 * A process's client of a simulated store. Every operation takes its way there, works in one step,
 * and takes its way back; each can fail, and the process may be dead before the answer arrives.
 */
export class SimStore implements SnapshotStore {
  readonly url = 'sim:place';
  readonly usage = noUsage;
  readonly #place: SimPlace;
  readonly #scheduler: Scheduler;
  readonly #process: SimProcess;
  faults: Faults;

  constructor(place: SimPlace, scheduler: Scheduler, process: SimProcess, faults: Faults) {
    this.#place = place;
    this.#scheduler = scheduler;
    this.#process = process;
    this.faults = faults;
  }

  put(name: string, chunks: readonly Uint8Array[]): Promise<void> {
    const body = Buffer.concat(chunks);
    return this.#operation(() => {
      checkObjectName(name);
      const existing = this.#place.objects.get(name);
      if (existing === undefined) {
        this.#place.objects.set(name, { body, writtenAt: this.#scheduler.now });
      } else if (!existing.body.equals(body)) {
        throw snapshotErrors.OBJECT_EXISTS(`${name} exists already`);
      }
    });
  }

  get(name: string): Promise<Uint8Array | null> {
    return this.#operation(() => {
      checkObjectName(name);
      const object = this.#place.objects.get(name);
      return object === undefined ? null : new Uint8Array(object.body);
    });
  }

  readHead(): Promise<Head | null> {
    return this.#operation(() => {
      const head = this.#place.head;
      return head === null ? null : { body: new Uint8Array(head.body), tag: `${head.tag}` };
    });
  }

  swapHead(body: Uint8Array, expected: string | null): Promise<SwapResult> {
    const copy = Buffer.from(body);
    return this.#operation((): SwapResult => {
      const current = this.#place.head;
      if ((current === null ? null : `${current.tag}`) !== expected) return { outcome: 'conflict' };
      const tag = (current?.tag ?? 0) + 1;
      this.#place.head = { body: copy, tag };
      const { epoch, sequence } = decodeHead(copy);
      this.#place.history.push({ epoch, sequence });
      return { outcome: 'swapped', tag: `${tag}` };
    });
  }

  list(prefix: string): Promise<readonly ObjectInfo[]> {
    return this.#operation(() =>
      [...this.#place.objects]
        .filter(([name]) => name.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { body, writtenAt }]) => ({
          name,
          bytes: body.length,
          ageMs: this.#scheduler.now - writtenAt,
        })),
    );
  }

  remove(names: readonly string[]): Promise<void> {
    return this.#operation(() => {
      for (const name of names) {
        checkObjectName(name);
        this.#place.objects.delete(name);
      }
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #operation<T>(work: () => T): Promise<T> {
    const process = this.#process;
    const operation = ++process.operations;
    const { refused, lost, latencyMs } = this.faults;
    const { next } = this.#scheduler;
    const dies = process.dieAt?.operation === operation ? process.dieAt : null;
    if (dies?.applied === false) process.dead = true;
    if (process.dead) return new Promise(() => undefined);
    const draw = next();
    return new Promise<T>((resolve, reject) => {
      const answer = (action: () => void) =>
        this.#scheduler.after(next() * latencyMs, action, process);
      const fail = () => reject(new Error('the store did not answer'));
      // The way there does not end with the process: a request that was sent can still arrive.
      this.#scheduler.after(
        next() * latencyMs,
        () => {
          if (draw < refused) {
            answer(fail);
            return;
          }
          try {
            const result = work();
            if (dies !== null) process.dead = true;
            answer(draw < refused + lost ? fail : () => resolve(result));
          } catch (error) {
            const reason = error instanceof Error ? error : new Error(String(error));
            answer(() => reject(reason));
          }
        },
        null,
      );
    });
  }
}
