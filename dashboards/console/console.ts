import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AdminClient } from './admin-client.ts';
import type { Asset } from './assets.ts';
import { Board } from './board.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { Checkpoint } from './checkpoint.ts';
import { MonitoringFollower } from './monitoring-follower.ts';
import { QualityBoard } from './quality-board.ts';
import { RecentScores } from './recent-scores.ts';
import { ReviewQueue } from './review-queue.ts';
import { EventHub } from './event-hub.ts';
import { Experiments } from './experiments/experiments.ts';
import { PoisonedTransaction } from './experiments/poison.ts';
import { Intake } from './intake.ts';
import type { Alert, Score } from './frame.ts';
import { LogFollower } from './log-follower.ts';
import type { ConsoleOptions } from './options.ts';
import { accountRoutes } from './routes/accounts.ts';
import { experimentRoutes } from './routes/experiments.ts';
import { modelRoutes } from './routes/models.ts';
import { reviewRoutes } from './routes/review.ts';
import { runtimeRoutes } from './routes/runtime.ts';
import { RuntimePoller } from './runtime-poller.ts';
import { consoleServer } from './server.ts';
import type { SupervisorLink } from './supervisor-link.ts';
import { Tally } from './tally.ts';
import { VersionLatencies } from './version-latency.ts';

const readEveryMs = 50;
const pollEveryMs = 500;
const snapshotsEveryPolls = 10;
const checkpointEveryMs = 1_000;
const eventsEveryMs = 250;
const clientsMax = 64;
/** Of 8 MiB each: a console that is stopped while the runtime goes on must end all the same. */
const lastPassesMax = 16;

/** The running console: reads the logs, asks the runtime, serves the page. */
export class Console {
  /** Resolves with a reason when everything has to be counted anew by another console. */
  readonly outdated = Promise.withResolvers<string>();
  private readonly options: ConsoleOptions;
  private readonly link: SupervisorLink;
  private readonly checkpointPath: string;
  private readonly tally: Tally;
  private readonly follower: LogFollower;
  private readonly monitoring: MonitoringFollower;
  private readonly review: ReviewQueue;
  private readonly poller: RuntimePoller;
  private readonly latencies: VersionLatencies;
  private readonly board: Board;
  private readonly experiments: Experiments;
  private readonly hub: EventHub;
  private readonly server: ReturnType<typeof consoleServer>;
  private readonly loops: Promise<void>[] = [];
  private toldFirst = false;
  private readonly stop = new AbortController();
  private readonly ended = new Set<string>();
  private anew = false;

  private constructor(
    options: ConsoleOptions,
    link: SupervisorLink,
    assets: ReadonlyMap<string, Asset>,
    from: Checkpoint | null,
  ) {
    this.options = options;
    this.link = link;
    this.checkpointPath = checkpointPath(options);
    this.tally = new Tally();
    if (from !== null) this.tally.restore(from.tally);
    const admin = new AdminClient(options.admin);
    const intake = new Intake(options.intake);
    this.poller = new RuntimePoller(admin, from?.commits ?? 0);
    this.latencies = new VersionLatencies(() => this.tally.versions.rows());
    const status = () => this.poller.status;
    const pill = new PoisonedTransaction(intake, admin, () => this.tally.simulatedMs);
    this.experiments = new Experiments(this.tally, status, link, pill);
    const [recent, quality] = [new RecentScores(), new QualityBoard()];
    this.review = new ReviewQueue(
      intake,
      () => this.tally.simulatedMs,
      (id, fraud) => quality.label(id, fraud),
    );
    for (const alert of from?.review ?? []) this.review.add(alert);
    this.board = new Board(this.tally, status, this.experiments, this.review);
    this.board.markers.push(...(from?.markers ?? []));
    const watcher = {
      score: (score: Score, alert: Alert | null): void => {
        recent.add(score);
        quality.add(score);
        if (alert !== null) this.review.add(alert);
      },
      label: (transactionId: string, fraud: boolean): void => {
        quality.label(transactionId, fraud);
        this.review.labelled(transactionId);
      },
    };
    this.follower = new LogFollower(
      options.data,
      this.tally,
      from?.positions ?? null,
      watcher,
      () => (this.anew = true),
    );
    this.monitoring = new MonitoringFollower(options.data);
    this.hub = new EventHub({
      clientsMax,
      intervalMs: eventsEveryMs,
      now: () => Date.now(),
      whole: () => JSON.stringify(this.board.whole(Date.now())),
      changes: () => jsonOf(this.board.changes(Date.now())),
    });
    this.server = consoleServer({
      assets,
      hub: this.hub,
      allowedHosts: options.allowedHosts,
      overview: () => this.board.overview(Date.now()),
      routes: (server) => {
        experimentRoutes(server, this.experiments);
        reviewRoutes(server, this.review, recent);
        accountRoutes(server, admin, recent);
        const { tally, monitoring, latencies } = this;
        modelRoutes(server, { tally, monitoring, quality, latencies, intake });
        runtimeRoutes(server, admin);
      },
    });
    this.followSupervisor();
  }

  /** Opens the console; resolves with it and its URL when the page can be opened. */
  static async open(
    options: ConsoleOptions,
    link: SupervisorLink,
    assets: ReadonlyMap<string, Asset>,
    warn: (message: string) => void,
  ): Promise<{ console: Console; url: string }> {
    const { checkpoint, problem } = await readCheckpoint(checkpointPath(options));
    if (problem !== null) warn(`${problem}; the logs are counted again from what is still there`);
    const opened = new Console(options, link, assets, checkpoint);
    await opened.follower.begin();
    await opened.server.listen({ host: options.host, port: options.port });
    const { port } = opened.server.server.address() as { port: number };
    opened.hub.start();
    opened.loops.push(opened.readLoop(), opened.pollLoop(), opened.checkpointLoop());
    const name = options.host === '127.0.0.1' ? 'localhost' : options.host;
    return { console: opened, url: `http://${name}:${port}` };
  }

  /** Writes the last checkpoint and closes everything. */
  async close(): Promise<void> {
    this.stop.abort();
    this.hub.close();
    await this.server.close();
    await this.review.close();
    await Promise.all(this.loops);
    await this.readToTheEnd();
    await this.checkpoint();
    await this.follower.close();
    await this.monitoring.close();
  }

  private async readLoop(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const more = await this.follower.pass(() => Date.now());
      if (this.anew) return this.outdated.resolve('the scores folder was begun anew');
      this.experiments.look(Date.now(), !more);
      for (const version of this.tally.versions.takeArrivals()) {
        this.board.mark(Date.now(), 'swapped', 'classifier', `classifier ${version}`);
      }
      this.tellFirstScore();
      await this.pause(more ? 0 : readEveryMs);
    }
  }

  /** What the runtime published just before the stop counts as seen now, not at the next start. */
  private async readToTheEnd(): Promise<void> {
    for (let passes = 0; passes < lastPassesMax && !this.anew; passes++) {
      if (!(await this.follower.pass(() => Date.now()))) return;
    }
  }

  private async pollLoop(): Promise<void> {
    let secondAtMs = 0;
    for (let polls = 0; !this.stop.signal.aborted; polls++) {
      const before = this.poller.status.state;
      await this.poller.poll(Date.now(), polls % snapshotsEveryPolls === 0);
      this.latencies.note(this.poller.classifierAttempts, Date.now());
      this.markRuntime(before);
      if (Date.now() - secondAtMs >= 990) {
        secondAtMs = Date.now();
        this.tally.second(secondAtMs);
        this.board.second(secondAtMs);
        await this.monitoring.pass();
        this.board.drift = this.monitoring.drift;
      }
      await this.pause(pollEveryMs);
    }
  }

  private async checkpointLoop(): Promise<void> {
    let due = Date.now() + checkpointEveryMs;
    while (!this.stop.signal.aborted) {
      await this.pause(Math.min(250, checkpointEveryMs));
      if (Date.now() < due) continue;
      due = Date.now() + checkpointEveryMs;
      await this.checkpoint();
    }
  }

  private async checkpoint(): Promise<void> {
    if (this.anew) return rm(this.checkpointPath, { force: true });
    if (this.tally.scored + this.tally.transactions.lines === 0) return;
    const { positions } = this.follower;
    const record = this.tally.record(Date.now());
    const { markers } = this.board;
    const { commits } = this.poller.status;
    try {
      const review = this.review.undecided;
      const rest = { markers, commits, review };
      await writeCheckpoint(this.checkpointPath, { positions, tally: record, ...rest });
    } catch (error) {
      // A full disk must not stop the page; without a checkpoint nothing is removed either.
      process.stderr.write(`${JSON.stringify({ level: 'warn', message: String(error) })}\n`);
      return;
    }
    const keep = this.options.keepScoresBytes;
    if (keep === null) return;
    await this.follower.trimScores(positions.scores, keep);
    await this.monitoring.trim(keep);
  }

  private followSupervisor(): void {
    this.link.onPart = ({ part, state, atMs, reason, pid }) => {
      if (part === 'runtime') {
        this.board.runtimeReason = state === 'running' ? null : (reason ?? null);
      }
      if (state === 'given-up')
        this.board.mark(atMs, 'given-up', part, reason ?? `${part} stopped`);
      if (state === 'exited') {
        const ours = part === 'runtime' && this.experiments.running;
        const text = ours ? 'runtime killed' : `${part} process lost`;
        this.board.mark(atMs, ours ? 'killed' : 'lost', part, text);
        this.ended.add(part);
      }
      const again = state === 'running' && this.ended.delete(part);
      // The runtime has recovered when it says that it is ready, not when its process is there.
      if (again && part !== 'runtime') {
        this.board.mark(atMs, 'recovered', part, `${part} back (pid ${pid})`);
      }
    };
  }

  private markRuntime(before: string): void {
    const now = this.poller.status.state;
    const last = this.board.markers.findLast(({ part }) => part === 'runtime');
    if (now === 'ready' && before !== 'ready' && last !== undefined && last.kind !== 'recovered') {
      this.board.mark(Date.now(), 'recovered', 'runtime', 'recovered');
      this.ended.delete('runtime');
    }
  }

  private tellFirstScore(): void {
    const { firstScore } = this.tally;
    if (this.toldFirst || firstScore === null) return;
    this.toldFirst = true;
    const { transactionId, score } = firstScore;
    this.link.tell({ type: 'first-score', transactionId, score });
  }

  /** Waits, but not beyond a stop. */
  private async pause(ms: number): Promise<void> {
    if (ms === 0) return new Promise((resolve) => setImmediate(resolve));
    await delay(ms, undefined, { signal: this.stop.signal }).catch(() => {});
  }
}

function checkpointPath(options: ConsoleOptions): string {
  return join(options.data, 'console', 'checkpoint.json');
}

function jsonOf(frame: object | null): string | null {
  return frame === null ? null : JSON.stringify(frame);
}
