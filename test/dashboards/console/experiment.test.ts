import { describe, expect, it } from 'vitest';
import { Experiment } from '#dashboards/console/experiments/experiment.ts';
import { type ExperimentKind, experimentKinds } from '#dashboards/console/experiments/kinds.ts';
import { View } from '#dashboards/console/experiments/view.ts';
import type { RuntimeStatus } from '#dashboards/console/frame.ts';
import { scoreOf } from '#dashboards/console/score-lines.ts';
import { Tally } from '#dashboards/console/tally.ts';
import { scoreLine } from './fake-application.ts';

const startMs = 1_700_000_000_000;

/** A running system whose clock the test moves: transactions come in, and get their scores. */
class System {
  readonly tally = new Tally();
  readonly acts: unknown[] = [];
  status: RuntimeStatus = {
    ...{ state: 'ready', epoch: 1, commits: 1, committedAtMs: null },
    ...{ parked: 0, waiting: 0, flow: [] },
  };
  nowMs = startMs;
  version = 'v1';
  score = 0.02;
  actProblem: Error | null = null;
  /** Never gets a score. */
  forgotten: number | null = null;
  #in = 0;
  #out = 0;

  constructor() {
    this.tally.ledger.begin(0);
    for (let i = 0; i < 200; i++) this.pass();
  }

  begin(name: string, healthyAverage: number | null = null): Experiment {
    const kind = experimentKinds.find((one: ExperimentKind) => one.name === name)!;
    const view = new View(this.tally, () => this.status, this.nowMs, healthyAverage);
    const act = async (task: unknown): Promise<void> => {
      this.acts.push(task);
      if (this.actProblem !== null) throw this.actProblem;
    };
    return new Experiment(1, kind, view, { act, undo: act });
  }

  /** 100 ms: ten transactions, and scores of all but `held` of what is open. */
  pass(held = 0): void {
    this.nowMs += 100;
    this.#in += 10;
    this.tally.addTransactions(10, this.#in - 1, this.nowMs);
    while (this.#out < this.#in - held) this.scoreOne(this.#out++);
  }

  scoreOne(n: number): void {
    if (n === this.forgotten) return;
    const line = scoreLine(n, this.score, { version: this.version });
    this.tally.add(scoreOf(line)!, this.nowMs + 20, true);
  }

  /** Passes until it is over, or for so long. */
  async run(experiment: Experiment, ms: number, held: (ms: number) => number = () => 0) {
    const from = this.nowMs;
    while (this.nowMs - from < ms && !experiment.over) {
      this.pass(held(this.nowMs - from));
      experiment.look(this.nowMs, true);
      // What it has done is answered by a promise.
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
  }
}

const now = (system: System) => () => system.nowMs;

describe('breaking and fixing the classifier', () => {
  it('is proved when the average climbs, everything has one score, and nothing was slow', async () => {
    const system = new System();
    const experiment = system.begin('break');
    await experiment.begin(now(system));
    [system.version, system.score] = ['v2', 0.9];
    await system.run(experiment, 60_000);
    expect(experiment.report).toMatchObject({
      ...{ state: 'proved', lost: 0, doubled: 0, slowSeconds: 0 },
      ...{ averageBefore: 0.02, averageNow: 0.9 },
    });
    expect(Object.keys(experiment.report.versions)).toEqual(['v2']);
    expect(system.acts).toEqual([{ kind: 'swap', version: 'v2' }]);
    const after = experiment.report;
    system.pass();
    expect(experiment.report).toBe(after);
  });

  it('fails when the average stays, after a minute', async () => {
    const system = new System();
    const experiment = system.begin('break');
    await experiment.begin(now(system));
    await system.run(experiment, 30_000);
    expect(experiment.over).toBe(false);
    await system.run(experiment, 60_000);
    expect(experiment.report.state).toBe('failed');
    expect(experiment.report.checks[0]).toMatchObject({ measured: '0.020', ok: false });
  });

  it('fails when the average is right, but was slow on the way', async () => {
    const system = new System();
    const experiment = system.begin('break');
    await experiment.begin(now(system));
    [system.version, system.score] = ['v2', 0.9];
    await system.run(experiment, 60_000, (ms) => (ms < 9_000 ? 90 : 0));
    expect(experiment.report.state).toBe('failed');
    expect(experiment.report.slowSeconds).toBeGreaterThan(5);
    expect(experiment.report.checks.filter(({ ok }) => ok !== true)).toHaveLength(1);
  });

  it('is repaired when the average is what it was before the defect', async () => {
    const system = new System();
    system.version = 'v2';
    const experiment = system.begin('fix', 0.02);
    await experiment.begin(now(system));
    [system.version, system.score] = ['v3', 0.1];
    await system.run(experiment, 20_000);
    expect(experiment.over).toBe(false);
    system.score = 0.035;
    await system.run(experiment, 40_000);
    expect(experiment.report.state).toBe('proved');
  });
});

describe('every experiment', () => {
  it('fails on a score that comes a second time', async () => {
    const system = new System();
    const experiment = system.begin('kill');
    await experiment.begin(now(system));
    await system.run(experiment, 1_000);
    system.scoreOne(7);
    await system.run(experiment, 60_000);
    expect(experiment.report).toMatchObject({ state: 'failed', lost: 0, doubled: 1 });
  });

  it('fails on a transaction that never gets its score, after two minutes', async () => {
    const system = new System();
    const experiment = system.begin('kill');
    await experiment.begin(now(system));
    system.forgotten = 2_005;
    await system.run(experiment, 90_000);
    expect(experiment.over).toBe(false);
    await system.run(experiment, 60_000);
    expect(experiment.report.state).toBe('failed');
    expect(experiment.report.lost).toBe(1);
  });

  it('is over when it could not be done', async () => {
    const system = new System();
    system.actProblem = new Error('v2 did not get ready');
    const experiment = system.begin('break');
    await expect(experiment.begin(now(system))).rejects.toThrow('did not get ready');
    expect(experiment.report).toMatchObject({
      state: 'failed',
      checks: [{ measured: 'v2 did not get ready', ok: false }],
    });
  });
});

describe('a kill', () => {
  it('takes scores that were read late for what they are', async () => {
    const system = new System();
    const experiment = system.begin('kill');
    await experiment.begin(now(system));
    // Written before it died, read in the pass that began before.
    system.pass();
    experiment.look(system.nowMs, false);
    for (let i = 0; i < 20; i++) {
      system.pass(1_000);
      experiment.look(system.nowMs, true);
    }
    expect(experiment.report.state).toBe('watching');
    await system.run(experiment, 30_000);
    expect(experiment.report.state).toBe('proved');
    expect(experiment.report.pauseMs).toBeGreaterThanOrEqual(1_900);
  });
});

describe('what is taken back', () => {
  it('hangs, stands still, and goes on with the version before', async () => {
    const system = new System();
    const experiment = system.begin('slow');
    await experiment.begin(now(system));
    await system.run(experiment, 60_000, () => (system.acts.length < 2 ? 100_000 : 0));
    expect(system.acts).toEqual([
      { kind: 'swap', version: 'hanging' },
      { kind: 'swap', version: 'v1' },
    ]);
    expect(experiment.report).toMatchObject({ state: 'proved', lost: 0, doubled: 0 });
    expect(experiment.report.pauseMs).toBeGreaterThanOrEqual(9_000);
  });

  it('is a failure where scores came all the same', async () => {
    const system = new System();
    const experiment = system.begin('slow');
    await experiment.begin(now(system));
    await system.run(experiment, 90_000);
    expect(experiment.report.state).toBe('failed');
  });

  it('parks one address, and others go on', async () => {
    const system = new System();
    const experiment = system.begin('poison');
    await experiment.begin(now(system));
    await system.run(experiment, 3_000);
    system.status = { ...system.status, parked: 1 };
    await system.run(experiment, 30_000);
    expect(system.acts).toEqual([null, null]);
    expect(experiment.report.state).toBe('proved');
  });
});
