import { messageOf } from '#protocol/errors.ts';
import { FakeBucket, type StoreFaults } from './fake-store.ts';
import { checkCut, checkEnd } from './checkers.ts';
import { SimProcess, type Sabotage } from './process.ts';
import { Scheduler } from './scheduler.ts';
import { message, Published, type LogEntry } from './sim-connectors.ts';
import type { TransportFaults } from './sim-transport.ts';
import { WorkMaker, type Target, type Work } from './work.ts';

/** Rates and sizes of one run, all drawn from its seed. */
export interface Faults {
  readonly store: StoreFaults;
  readonly transport: TransportFaults;
  readonly egress: { latencyMs: number; failed: number };
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
}

export interface RunResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly traceHash: string;
  readonly steps: number;
  readonly crashes: number;
  readonly takeovers: number;
  readonly commits: number;
}

const stepsMax = 60_000;
const healStepsMax = 40_000;

interface Request {
  readonly key: string;
  readonly target: Target;
  readonly work: Work;
  acknowledged: boolean;
}

/** Everything outside of the runtime processes, and the course of one run. */
export class World {
  readonly scheduler: Scheduler;
  readonly bucket = new FakeBucket();
  readonly published = new Published();
  readonly partitions = new Map<string, LogEntry[]>();
  readonly wall = { offsetMs: 0 };
  readonly faults: Faults;
  readonly maker: WorkMaker;
  readonly violations: string[] = [];
  /** Money that came in with each record of the log, to be conserved. */
  readonly seed: number;
  readonly #sabotage: Sabotage;
  readonly #requests: Request[] = [];
  #processes: SimProcess[] = [];
  #count = 0;
  crashes = 0;
  takeovers = 0;

  constructor(seed: number, sabotage: Sabotage = {}) {
    this.seed = seed;
    this.scheduler = new Scheduler(seed);
    this.#sabotage = sabotage;
    const { random } = this.scheduler;
    this.faults = drawFaults(this.scheduler);
    this.maker = new WorkMaker(random, {
      addresses: 2 + random.below(8),
      depth: 1 + random.below(3),
      breadth: 2 + random.below(2),
      poison: random.chance(0.3),
    });
    for (let p = 0; p < 1 + random.below(3); p++) {
      const entries: LogEntry[] = [];
      for (let i = 0; i < 4 + random.below(16); i++) {
        const target = this.maker.target();
        entries.push({ target, work: { ...this.maker.work(target), amount: 100 } });
      }
      this.partitions.set(`p${p}`, entries);
    }
    for (let i = 0; i < random.below(8); i++) {
      const target = this.maker.target();
      const work = this.maker.work(target);
      this.#requests.push({ key: `key-${i}`, target, work, acknowledged: false });
    }
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
    for (const request of this.#requests) this.#client(request);
    await this.#disasters();
    await this.#heal();
    return {
      seed: this.seed,
      violations: this.violations,
      traceHash: this.scheduler.traceHash,
      steps: this.scheduler.steps,
      crashes: this.crashes,
      takeovers: this.takeovers,
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
    if (kind < 60) {
      this.crashes++;
      this.scheduler.trace('crash');
      current?.life.kill();
    } else if (kind < 80) {
      // Frozen past its lease while another one takes over, and then it goes on.
      this.takeovers++;
      this.scheduler.trace('freeze');
      current?.life.freeze();
      this.#begin(random.chance(0.3));
      this.scheduler.after(random.exponential(8_000), 'thaw', () => current?.life.thaw());
    } else if (kind < 90) {
      this.takeovers++;
      this.scheduler.trace('takeover');
      this.#begin(true);
    } else if (this.faults.clockJumps) {
      this.wall.offsetMs += random.pick([-86_400_000, -3_600_000, 3_600_000, 86_400_000]);
    }
  }

  async #heal(): Promise<void> {
    const { store, transport, egress } = this.faults;
    Object.assign(store, { failed: 0, ambiguous: 0 });
    Object.assign(transport, { lost: 0, down: 0, mended: true });
    egress.failed = 0;
    // One process is left; standbys have nothing to wait for.
    for (const process of this.#processes.slice(1)) process.life.kill();
    for (let step = 0; step < healStepsMax && this.violations.length === 0; step++) {
      if (!(await this.scheduler.step())) break;
      this.#revive();
      if (step % 50 === 0) {
        this.#operator();
        if (this.#atRest()) {
          await checkCut(this);
          checkEnd(this);
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
    const process = new SimProcess(this, ++this.#count, takeover, this.#sabotage);
    this.#processes.push(process);
    this.scheduler.after(0, `start ${process.number}`, () =>
      process.life.run(() => process.start()),
    );
  }

  /** Lets parked addresses try again, as a person would once the image is mended. */
  #operator(): void {
    for (const { runtime, life } of this.#processes) {
      if (!life.alive || runtime.state !== 'running') continue;
      for (const address of [...runtime.engine.parked]) {
        runtime.engine.parked.retry(address);
        runtime.engine.changes++;
      }
    }
  }

  /** A client outside: repeats its request with the same key until it is acknowledged. */
  #client(request: Request): void {
    const { random } = this.scheduler;
    this.scheduler.after(random.exponential(2_000), `client ${request.key}`, () => {
      if (request.acknowledged) return;
      const process = this.#processes.find(
        ({ requests, life }) => requests.sink !== null && life.alive,
      );
      this.#client(request);
      if (process === undefined) return;
      process.life.run(() => {
        const sink = process.requests.sink;
        sink?.offer([message(request.target, request.work)], { idempotencyKey: request.key });
        sink?.durable().then(
          () => (request.acknowledged = true),
          () => undefined,
        );
      });
    });
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
      this.#requests.every(({ acknowledged }) => acknowledged) &&
      engine.inFlight === 0 &&
      engine.parked.size === 0 &&
      engine.mailboxes.queued.messages === 0 &&
      engine.delayed.size === 0 &&
      pumps.every(({ waiting }) => waiting === 0) &&
      !engine.dirty
    );
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
      requests: this.#requests.filter(({ acknowledged }) => !acknowledged).length,
      processes: this.#processes.length,
    });
  }
}

function drawFaults(scheduler: Scheduler): Faults {
  const { random } = scheduler;
  const rate = (most: number): number => (random.chance(0.4) ? 0 : random.next() * most);
  return {
    store: { latencyMs: 1 + random.exponential(30), failed: rate(0.2), ambiguous: rate(0.2) },
    transport: {
      latencyMs: 1 + random.exponential(20),
      lost: rate(0.2),
      down: rate(0.1),
      mended: false,
    },
    egress: { latencyMs: 1 + random.exponential(20), failed: rate(0.3) },
    concurrency: random.pick([1, 4, 64]),
    batchMax: random.pick([1, 2, 1000]),
    commitEveryMs: random.pick([10, 100, 1000]),
    readEveryMs: random.pick([1, 50, 500]),
    inlineBytesMax: random.pick([0, 2_000, 262_144]),
    compactAfterDeltas: random.pick([1, 4, 64]),
    freshMessagesMax: random.pick([0, 3, 4096]),
    stepsBetweenDisasters: random.pick([30, 150, 500]),
    clockJumps: random.chance(0.3),
  };
}
