import { messageOf } from '#protocol/errors.ts';
import { FakeBucket } from './fake-store.ts';
import type { StoreFaults } from './sim-service.ts';
import type { EngineLimits } from '#runtime/core/engine-options.ts';
import type { FailurePolicy } from '#runtime/ports/failure-policy.ts';
import { checkCut, checkDamage, checkEnd, checkStop } from './checkers.ts';
import { Clients } from './clients.ts';
import { Operator } from './operator.ts';
import { SimProcess, type Sabotage } from './process.ts';
import { Scheduler } from './scheduler.ts';
import { Published, type EgressFaults, type LogEntry } from './sim-connectors.ts';
import { SimKafka, type BrokerFaults } from './sim-kafka.ts';
import type { TransportFaults } from './sim-transport.ts';
import { egressIds, WorkMaker } from './work.ts';

/** Rates and sizes of one run, all drawn from its seed. */
export interface Faults {
  readonly store: StoreFaults;
  readonly transport: TransportFaults;
  readonly egress: EgressFaults;
  /** Null: records leave for a destination that recognises them, and not for Kafka. */
  readonly kafka: BrokerFaults | null;
  readonly concurrency: number;
  readonly batchMax: number;
  readonly commitEveryMs: number;
  readonly readEveryMs: number;
  readonly inlineBytesMax: number;
  readonly compactAfterDeltas: number;
  readonly freshMessagesMax: number;
  /** Steps between two disasters, on average. */
  readonly stepsBetweenDisasters: number;
  readonly clockJumps: boolean;
  /** Bounds so narrow that back-pressure comes and goes, or wide ones. */
  readonly limits: Partial<EngineLimits>;
  /** Whether somebody acts on parked addresses while the image is still broken. */
  readonly operator: boolean;
  /** Whether the state is in object storage, by the code that asks a real one. */
  readonly objectStorage: boolean;
  /** Whether an object is damaged when everything is over. */
  readonly damage: boolean;
  /** What becomes of what a function can never do. */
  readonly onFailure: FailurePolicy['onFailure'];
}

/** What is done to a run on purpose. */
export const faultKinds = [
  'crash',
  'takeover',
  'stop',
  'store outage',
  'store failure',
  'lost store answer',
  'lost function answer',
  'function outage',
  'poison',
  'egress failure',
  'broker failure',
  'lost broker answer',
  'transaction timed out',
  'clock jump',
  'damaged object',
] as const;
export type FaultKind = (typeof faultKinds)[number];
export type Injected = Record<FaultKind, number>;

export interface RunResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly traceHash: string;
  readonly steps: number;
  readonly injected: Readonly<Injected>;
  readonly commits: number;
}

const stepsMax = 60_000;
const healStepsMax = 25_000;
/** A stop that takes longer, in virtual milliseconds, is a hanging one: its limits add up to 28 s. */
const stopMsMax = 40_000;
/** Shorter than the start budget, beyond which a runtime gives up with exit code 69. */
const longestOutageMs = 40_000;
/** Far beyond the lease, and short of what the expiry check allows an answer on its way. */
const longestFreezeMs = 28_000;

/** Everything outside of the runtime processes, and the course of one run. */
export class World {
  readonly scheduler: Scheduler;
  readonly bucket = new FakeBucket();
  readonly published = new Map(egressIds.map((id) => [id as string, new Published()]));
  readonly kafka: SimKafka | null;
  readonly partitions = new Map<string, LogEntry[]>();
  readonly wall = { offsetMs: 0 };
  readonly faults: Faults;
  readonly maker: WorkMaker;
  readonly violations: string[] = [];
  readonly seed: number;
  readonly sabotage: Sabotage;
  readonly clients: Clients;
  readonly operator: Operator;
  /** Faults are over. */
  healing = false;
  #processes: SimProcess[] = [];
  #count = 0;
  readonly #injected = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Injected;

  constructor(seed: number, sabotage: Sabotage = {}) {
    this.seed = seed;
    this.scheduler = new Scheduler(seed);
    this.sabotage = sabotage;
    const { random } = this.scheduler;
    this.faults = drawFaults(this.scheduler, (kind) => this.inject(kind));
    this.kafka =
      this.faults.kafka === null
        ? null
        : new SimKafka(this.scheduler, this.faults.kafka, (topic, value) =>
            this.published.get(topic)?.records.push(value),
          );
    this.maker = new WorkMaker(random, {
      addresses: 2 + random.below(8),
      depth: 1 + random.below(3),
      breadth: 2 + random.below(2),
      poison: random.chance(0.4),
      noteBytesMax: random.chance(0.03) ? 1_300_000 : random.pick([2_000, 20_000, 100_000]),
    });
    for (let p = 0; p < 1 + random.below(3); p++) {
      const entries: LogEntry[] = [];
      for (let i = 0; i < 4 + random.below(16); i++) {
        const target = this.maker.target();
        entries.push({ target, work: { ...this.maker.work(target), amount: 100 } });
      }
      this.partitions.set(`p${p}`, entries);
    }
    this.clients = new Clients(this);
    this.operator = new Operator(this);
  }

  inject(kind: FaultKind): void {
    this.#injected[kind]++;
  }

  violation(text: string): void {
    if (this.violations.length < 10) this.violations.push(text);
  }

  /** Whether a standby on the same host can know that a process is dead. */
  knowsDead(pid: number): boolean {
    return !this.#processes.some(({ number, life }) => number === pid && life.alive);
  }

  /** Disasters first, then none: everything must come to rest, with nothing lost or doubled. */
  async run(): Promise<RunResult> {
    this.#begin(false);
    this.clients.start();
    if (this.faults.operator) this.operator.start();
    await this.#disasters();
    await this.#heal();
    return {
      seed: this.seed,
      violations: this.violations,
      traceHash: this.scheduler.traceHash,
      steps: this.scheduler.steps,
      injected: this.#injected,
      commits: this.bucket.swaps,
    };
  }

  async #disasters(): Promise<void> {
    const { random } = this.scheduler;
    const every = this.faults.stepsBetweenDisasters;
    const disasters = 1 + random.below(8);
    for (let i = 0; i < disasters && this.violations.length === 0; i++) {
      const steps = 1 + Math.floor(random.exponential(every));
      for (let s = 0; s < steps; s++) {
        if (!(await this.scheduler.step())) break;
        await this.#checkStops();
        this.#revive();
      }
      if (this.scheduler.steps > stepsMax) break;
      this.#disaster();
      if (random.chance(0.3)) await checkCut(this);
    }
  }

  #disaster(): void {
    const { random } = this.scheduler;
    const kind = random.below(100);
    const current = this.#processes.find(({ life }) => life.alive);
    if (kind < 50) {
      this.inject('crash');
      this.scheduler.trace('crash');
      current?.life.kill();
    } else if (kind < 62) {
      this.#stop(current);
    } else if (kind < 80) {
      // Frozen past its lease while another one takes over, and then it goes on.
      this.inject('takeover');
      this.scheduler.trace('freeze');
      current?.life.freeze();
      this.#begin(random.chance(0.3));
      const lasts = Math.min(longestFreezeMs, random.exponential(8_000));
      this.scheduler.after(lasts, 'thaw', () => current?.life.thaw());
    } else if (kind < 87) {
      this.inject('takeover');
      this.scheduler.trace('takeover');
      this.#begin(true);
    } else if (kind < 93) {
      this.#outage();
    } else if (this.faults.clockJumps) {
      this.inject('clock jump');
      this.wall.offsetMs += random.pick([-86_400_000, -3_600_000, 3_600_000, 86_400_000]);
    }
  }

  /** SIGTERM. It ends by itself, whatever the store and the functions do, unless it is frozen. */
  #stop(process: SimProcess | undefined): void {
    if (process === undefined) return;
    this.inject('stop');
    this.scheduler.trace('stop');
    process.life.run(() => process.stop());
    this.scheduler.after(stopMsMax, 'stopped', () => {
      const { life, number } = process;
      if (life.alive && !life.wasFrozen) this.violation(`process ${number} does not stop`);
    });
  }

  /** The store answers nothing for a while, long enough for back-pressure. */
  #outage(): void {
    const { store } = this.faults;
    if (store.failed === 1) return;
    this.inject('store outage');
    this.scheduler.trace('outage');
    const { failed } = store;
    store.failed = 1;
    const lasts = Math.min(longestOutageMs, this.scheduler.random.exponential(15_000));
    this.scheduler.after(lasts, 'outage ends', () => {
      if (!this.healing) store.failed = failed;
    });
  }

  async #checkStops(): Promise<void> {
    for (const process of this.#processes) {
      if (!process.stoppedWell) continue;
      process.stoppedWell = false;
      // Thawed, it may be asked to end before the answers come that it waited for.
      const simple = this.#processes.length === 1 && !process.life.wasFrozen;
      if (simple) await checkStop(this, process);
    }
  }

  async #heal(): Promise<void> {
    this.healing = true;
    const { store, transport, egress, kafka } = this.faults;
    Object.assign(store, { failed: 0, ambiguous: 0 });
    Object.assign(transport, { lost: 0, down: 0, mended: true });
    egress.failed = 0;
    if (kafka !== null) Object.assign(kafka, { failed: 0, ambiguous: 0 });
    // One process is left; standbys have nothing to wait for.
    for (const process of this.#processes.slice(1)) process.life.kill();
    for (let step = 0; step < healStepsMax && this.violations.length === 0; step++) {
      if (!(await this.scheduler.step())) break;
      await this.#checkStops();
      this.#revive();
      if (step % 50 === 0) {
        if (this.current !== undefined) this.operator.retryAll(this.current);
        if (this.#atRest()) {
          await checkCut(this);
          checkEnd(this);
          if (this.faults.damage) {
            this.inject('damaged object');
            await checkDamage(this);
          }
          return;
        }
      }
    }
    if (this.violations.length === 0)
      this.violation(`no rest after the faults: ${this.#picture()}`);
  }

  /** Starts a process when none is left, and reports one that could not start. */
  #revive(): void {
    for (const process of this.#processes) {
      if (process.failure !== null) {
        this.violation(`process ${process.number} ended: ${messageOf(process.failure)}`);
        process.life.kill();
      }
    }
    this.#processes = this.#processes.filter(({ life }) => life.alive);
    if (this.#processes.length === 0 && this.violations.length === 0) this.#begin(false);
  }

  #begin(takeover: boolean): void {
    // A clock that is wrong is set right at the latest when the machine starts again.
    this.wall.offsetMs = 0;
    const process = new SimProcess(this, ++this.#count, takeover, this.sabotage);
    this.#processes.push(process);
    this.scheduler.after(0, `start ${process.number}`, () =>
      process.life.run(() => process.start()),
    );
  }

  /** The process that clients reach at the moment. */
  get open(): SimProcess | undefined {
    return this.#processes.find(({ requests, life }) => requests.sink !== null && life.alive);
  }

  /** Whether no other process can know anything newer. */
  isAlone(process: SimProcess): boolean {
    return this.#processes.length === 1 && this.#processes[0] === process;
  }

  get current(): SimProcess | undefined {
    return this.#processes.find(({ life, runtime }) => life.alive && runtime.state === 'running');
  }

  #atRest(): boolean {
    const process = this.current;
    if (process === undefined || this.#processes.length > 1) return false;
    const { engine, pumps } = process.runtime;
    const read = [...this.partitions].every(
      ([partition, entries]) =>
        engine.intake.positionsOf('sim/log').get(partition) === entries.length,
    );
    return (
      read &&
      this.clients.waiting === 0 &&
      engine.inFlight === 0 &&
      engine.parked.size === 0 &&
      engine.mailboxes.queued.messages === 0 &&
      this.#delayedAreOver(process) &&
      pumps.every(({ waiting }) => waiting === 0) &&
      !engine.dirty
    );
  }

  /** All have come or are cancelled, but for those whose cancellation a person has taken out. */
  #delayedAreOver({ runtime: { engine } }: SimProcess): boolean {
    const due = engine.delayed.nextDueMs;
    if (due === null) return true;
    const aDay = 86_400_000;
    return this.operator.removedAnything && due > 1_600_000_000_000 + this.scheduler.nowMs + aDay;
  }

  #picture(): string {
    const process = this.current;
    if (process === undefined) return 'no process is running';
    const { engine, pumps } = process.runtime;
    return JSON.stringify({
      parked: engine.parked.size,
      queued: engine.mailboxes.queued,
      delayed: engine.delayed.size,
      waiting: pumps.map(({ waiting }) => waiting),
      inFlight: engine.inFlight,
      dirty: engine.dirty,
      clients: this.clients.waiting,
      full: engine.full,
      processes: this.#processes.length,
    });
  }
}

const narrow: Partial<EngineLimits> = {
  queuedMessagesMax: 10,
  queuedBytesMax: 20_000,
  parkedMessagesMax: 10,
  delayedMessagesMax: 10,
  egressBytesMax: 400,
  uncommittedBytesMax: 30_000,
};

function drawFaults(scheduler: Scheduler, onFault: (kind: FaultKind) => void): Faults {
  const { random } = scheduler;
  const rate = (most: number): number => (random.chance(0.4) ? 0 : random.next() * most);
  return {
    store: {
      latencyMs: 1 + random.exponential(30),
      failed: rate(0.2),
      ambiguous: rate(0.2),
      onFault,
    },
    transport: {
      latencyMs: 1 + random.exponential(20),
      lost: rate(0.2),
      down: rate(0.1),
      mended: false,
      onFault,
    },
    egress: { latencyMs: 1 + random.exponential(20), failed: rate(0.3), onFault },
    concurrency: random.pick([1, 4, 64]),
    batchMax: random.pick([1, 2, 1000]),
    commitEveryMs: random.pick([10, 100, 1000]),
    readEveryMs: random.pick([1, 50, 500]),
    inlineBytesMax: random.pick([0, 2_000, 262_144]),
    compactAfterDeltas: random.pick([1, 4, 64]),
    freshMessagesMax: random.pick([0, 3, 4096]),
    stepsBetweenDisasters: random.pick([30, 150, 500]),
    clockJumps: random.chance(0.3),
    limits: random.chance(0.5) ? { queuedMessagesMax: 40 } : narrow,
    operator: random.chance(0.6),
    objectStorage: random.chance(0.5),
    damage: random.chance(0.1),
    onFailure: random.pick(['park', 'park', 'dead-letter', 'stop']),
    kafka: random.chance(0.5)
      ? {
          latencyMs: 1 + random.exponential(20),
          // Small: an egress that opens needs a dozen answers in a row.
          failed: rate(0.08),
          ambiguous: rate(0.08),
          transactionTimeoutMs: random.pick([300, 1_000, 15_000]),
          compacts: random.chance(0.5),
          onFault,
        }
      : null,
  };
}
