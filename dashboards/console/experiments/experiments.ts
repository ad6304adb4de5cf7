import { ConsoleError } from '../errors.ts';
import type { ExperimentReport, ExperimentTask, RuntimeStatus } from '../frame.ts';
import type { SupervisorLink } from '../supervisor-link.ts';
import type { Tally } from '../tally.ts';
import { Experiment } from './experiment.ts';
import { type ExperimentKind, experimentKinds } from './kinds.ts';
import { View } from './view.ts';

const callerTimeoutMs = 120_000;
const averageSeconds = 60;
/** A mean above this is a defect's, not one to come back to. */
const healthyAtMost = 0.1;

/** Who carries out what an experiment does to processes. */
export type Doer = 'supervisor' | 'caller';

export interface PoisonPill {
  write(): Promise<void>;
  takeBack(): Promise<void>;
}

/** The experiments, one at a time. The last one stays to be looked at. */
export class Experiments {
  private readonly tally: Tally;
  private readonly status: () => RuntimeStatus;
  private readonly link: SupervisorLink;
  private readonly pill: PoisonPill;
  private current: Experiment | null = null;
  private begun = 0;
  private healthyAverage: number | null = null;
  private answerCaller: ((problem: string | null) => void) | null = null;

  constructor(tally: Tally, status: () => RuntimeStatus, link: SupervisorLink, pill: PoisonPill) {
    this.tally = tally;
    this.status = status;
    this.link = link;
    this.pill = pill;
  }

  /** Those that this console can have done by itself. */
  get offered(): readonly string[] {
    const { supervised } = this.link;
    return experimentKinds
      .filter(({ task }) => task === null || (supervised && task.kind !== 'pause'))
      .map(({ name }) => name);
  }

  get kinds(): readonly ExperimentKind[] {
    return experimentKinds;
  }

  get report(): ExperimentReport | null {
    return this.current?.report ?? null;
  }

  get running(): boolean {
    return this.current !== null && !this.current.over;
  }

  /**
   * Begins an experiment; resolves when what it does is done, or at once where the caller is to do
   * it. Rejects with a ConsoleError if there is none of that name, one is running, or it can't be
   * done.
   */
  async begin(name: string, by: Doer): Promise<ExperimentReport> {
    const kind = experimentKinds.find((one) => one.name === name);
    if (kind === undefined) {
      const known = experimentKinds.map((one) => one.name).join(', ');
      throw new ConsoleError('WEIR_CONSOLE_NOT_FOUND', `"${name}" is none of ${known}.`);
    }
    if (this.running) {
      const { report } = this.current!;
      throw new ConsoleError('WEIR_CONSOLE_BUSY', `The experiment ${report.name} is running.`);
    }
    if (by === 'supervisor' && !this.offered.includes(name)) {
      const why = `Nobody whom this console could ask can do "${name}" here.`;
      throw new ConsoleError('WEIR_CONSOLE_UNSUPERVISED', why);
    }
    this.noteHealth();
    const view = new View(this.tally, this.status, Date.now(), this.healthyAverage);
    const experiment: Experiment = new Experiment(++this.begun, kind, view, {
      act: (task) => (task === null ? this.pill.write() : this.carryOut(task, by)),
      undo: (task) => (task === null ? this.pill.takeBack() : this.carryOut(task, by)),
    });
    this.current = experiment;
    const begun = experiment.begin(() => Date.now());
    // What comes of it is in the report; without a listener it would end the process.
    if (by === 'caller' && kind.task !== null) begun.catch(() => {});
    else await begun;
    return experiment.report;
  }

  /** The caller has done what the report asked for, or says why not. */
  done(problem: string | null): ExperimentReport {
    const { answerCaller, current } = this;
    if (answerCaller === null || current === null) {
      throw new ConsoleError('WEIR_CONSOLE_NOT_DONE', 'No experiment waits for its caller.');
    }
    this.answerCaller = null;
    answerCaller(problem);
    return current.report;
  }

  /** To be called after every read of the logs. */
  look(nowMs: number, atEnd: boolean): void {
    if (this.running) this.current!.look(nowMs, atEnd);
  }

  private async carryOut(task: ExperimentTask, by: Doer): Promise<void> {
    if (by === 'caller') return this.askCaller(task);
    if (task.kind === 'pause' || task.kind === 'resume') {
      throw new ConsoleError('WEIR_CONSOLE_UNSUPERVISED', 'The supervisor runs no Kafka.');
    }
    await this.link.ask(task);
  }

  private async askCaller(task: ExperimentTask): Promise<void> {
    const { current } = this;
    const answered = Promise.withResolvers<string | null>();
    this.answerCaller = answered.resolve;
    if (current !== null) current.todo = task;
    const timer = setTimeout(
      () => answered.resolve('the caller did not say that it was done'),
      callerTimeoutMs,
    );
    const problem = await answered.promise;
    clearTimeout(timer);
    this.answerCaller = null;
    if (current !== null) current.todo = null;
    if (problem !== null) throw new ConsoleError('WEIR_CONSOLE_NOT_DONE', problem);
  }

  /** What a repaired classifier is to come back to. */
  private noteHealth(): void {
    const { count, sum } = this.tally.series.total(Math.floor(Date.now() / 1000), averageSeconds);
    if (count > 0 && sum / count <= healthyAtMost) this.healthyAverage = sum / count;
  }
}
