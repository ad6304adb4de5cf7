import { messageOf } from '#protocol/errors.ts';
import type { Check, ExperimentReport, ExperimentTask } from '../frame.ts';
import type { ExperimentKind } from './kinds.ts';
import type { View } from './view.ts';

/** For the effect to be seen. */
const watchMs = 60_000;
/** A score that comes once too often comes within the next commits; and what is measured after it. */
const afterMs = 5_000;
/** For the last of the transactions to get its score. */
const patienceMs = 120_000;
const slowSecondsMax = 5;

/** What is done to the system on behalf of an experiment; rejects if it can't be. */
export interface Deed {
  /** Null: the record of the experiment is written. */
  act(task: ExperimentTask | null): Promise<void>;
  /** Null: the record is taken back. */
  undo(task: ExperimentTask | null): Promise<void>;
}

type State = ExperimentReport['state'];

/**
 * One experiment from its beginning to its verdict: something is done, its effect is waited for
 * (and taken back where it is to be), then every transaction that was in the log by then has to
 * have exactly one score (E6).
 */
export class Experiment {
  readonly kind: ExperimentKind;
  readonly view: View;
  todo: ExperimentTask | null = null;
  private readonly number: number;
  private readonly deed: Deed;
  private state: State = 'acting';
  private readonly steps: { atMs: number; text: string }[] = [];
  private readonly checks: Check[] = [];
  private sinceMs: number;
  private lastNumber = -1;
  private in = 0;
  private lost: number | null = null;
  private endedAtMs: number | null = null;
  private undone = false;
  private settledAtMs: number | null = null;
  private looksSinceDone = 0;
  private last: ExperimentReport | null = null;

  constructor(number: number, kind: ExperimentKind, view: View, deed: Deed) {
    this.number = number;
    this.kind = kind;
    this.view = view;
    this.deed = deed;
    this.sinceMs = view.startedAtMs;
  }

  get over(): boolean {
    return this.state === 'proved' || this.state === 'failed';
  }

  /** Does what is to be done; rejects with what kept it from being done, and is over then. */
  async begin(now: () => number): Promise<void> {
    try {
      await this.deed.act(this.kind.task);
    } catch (error) {
      this.step(`not done: ${messageOf(error)}`);
      this.fail('it is done', 'yes', messageOf(error));
      throw error;
    }
    this.view.look(now());
    this.step(doneText(this.kind));
    this.go('watching');
  }

  /** To be called after every read of the logs; `atEnd`: nothing more was in them. */
  look(nowMs: number, atEnd: boolean): void {
    this.view.look(nowMs);
    // The first read may have begun before it was done; what a later one finds came after it.
    if (this.state === 'watching' && atEnd && ++this.looksSinceDone === 2) this.view.markGone();
    if (this.state === 'watching') this.watch();
    else if (this.state === 'settling') this.settle();
  }

  /** Once it is over it does not change any more. */
  get report(): ExperimentReport {
    if (this.last !== null) return this.last;
    const report = this.current();
    if (this.over) this.last = report;
    return report;
  }

  private current(): ExperimentReport {
    const { view, number, state, steps, checks, todo, lost, endedAtMs } = this;
    const end = this.settledAtMs ?? view.nowMs;
    return {
      number,
      name: this.kind.name,
      state,
      startedAtMs: view.startedAtMs,
      endedAtMs,
      steps,
      checks,
      todo,
      in: this.in === 0 ? view.transactions : this.in,
      open: view.openUpTo(this.lastNumber < 0 ? view.lastNumber : this.lastNumber),
      lost,
      doubled: view.doubled,
      pauseMs: view.pauseMs,
      averageBefore: rounded(view.averageBefore),
      averageNow: rounded(view.average),
      p99BeforeMs: view.p99BeforeMs,
      p99DuringMs: view.p99(view.startedAtMs, end),
      p99AfterMs: this.over ? view.p99(view.nowMs - afterMs, view.nowMs) : null,
      slowSeconds: view.slowSeconds(end),
      versions: view.versions(),
    };
  }

  private watch(): void {
    const { view, kind } = this;
    const elapsedMs = view.nowMs - this.sinceMs;
    if (this.undone) return this.effect();
    if (!kind.reached(view) && elapsedMs < watchMs) return;
    const { undo } = kind;
    if (undo !== undefined && elapsedMs < undo.afterMs) return;
    this.checks.push(...kind.findings(view));
    const took = ((view.nowMs - view.startedAtMs) / 1000).toFixed(1);
    this.step(
      `${this.checks.map(({ what, measured }) => `${what}: ${measured}`).join('; ')} (${took} s)`,
    );
    if (undo === undefined) return this.effect();
    this.undone = true;
    this.state = 'acting';
    void this.deed.undo(undo.task === null ? null : undo.task(view)).then(
      () => {
        this.step(undo.text);
        this.go('watching');
      },
      (error: unknown) => this.fail(undo.text, 'done', messageOf(error)),
    );
  }

  /** From here on nothing more is done: what is in the log now is what is proved. */
  private effect(): void {
    this.lastNumber = this.view.lastNumber;
    this.in = this.view.transactions;
    this.go('settling');
  }

  private settle(): void {
    const { view, kind } = this;
    const elapsedMs = view.nowMs - this.sinceMs;
    if (kind.stops === true) return this.end();
    const open = view.openUpTo(this.lastNumber) ?? 0;
    if (open > 0 && elapsedMs < patienceMs) return;
    this.settledAtMs ??= view.nowMs;
    if (open === 0 && view.nowMs - this.settledAtMs < afterMs) return;
    this.lost = open;
    this.checks.push(
      check('transactions without a score', '0', String(open), open === 0),
      check('scores beyond the first', '0', String(view.doubled), view.doubled === 0),
    );
    if (kind.seamless === true && view.p99BeforeMs !== null) {
      const slow = view.slowSeconds(this.settledAtMs);
      const wanted = `at most ${slowSecondsMax}`;
      this.checks.push(
        check(
          'seconds with p99 above twice that of before',
          wanted,
          String(slow),
          slow <= slowSecondsMax,
        ),
      );
    }
    this.end();
  }

  private end(): void {
    this.endedAtMs = this.view.nowMs;
    this.state = this.checks.every(({ ok }) => ok) ? 'proved' : 'failed';
  }

  private fail(what: string, wanted: string, measured: string): void {
    this.checks.push(check(what, wanted, measured, false));
    this.end();
  }

  private go(state: State): void {
    this.state = state;
    this.sinceMs = this.view.nowMs;
  }

  private step(text: string): void {
    this.steps.push({ atMs: this.view.nowMs, text });
  }
}

function check(what: string, wanted: string, measured: string, ok: boolean): Check {
  return { what, wanted, measured, ok };
}

function doneText({ task }: ExperimentKind): string {
  if (task === null) return 'the transaction is written';
  if (task.kind === 'swap') return `classifier ${task.version} serves`;
  if (task.kind === 'scale') return `${task.processes} function processes serve`;
  return task.kind === 'kill' ? `the ${task.part} was killed` : `${task.service} is frozen`;
}

function rounded(average: number | null): number | null {
  return average === null ? null : Number(average.toFixed(4));
}
