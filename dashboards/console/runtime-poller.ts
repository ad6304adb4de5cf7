import type { AdminAnswer, AdminClient } from './admin-client.ts';
import type { FlowNode, RuntimeStatus } from './frame.ts';
import { Metrics } from './metrics-text.ts';
import type { CumulativeBuckets } from './version-latency.ts';

/** Share of the rate before: commits come in bursts, and a figure that jumps can't be read. */
const smoothing = 0.6;
const flowOrder = ['account', 'merchant', 'classifier', 'selector', 'decision'];

/**
 * Asks the runtime's admin port what it is doing. It never fails: a runtime that does not answer
 * is `down`, and the last known figures stay.
 */
export class RuntimePoller {
  status: RuntimeStatus;
  /** Attempts to reach the classifier by duration, as counted at the last poll; null if it failed. */
  classifierAttempts: CumulativeBuckets | null = null;
  private readonly admin: AdminClient;
  private lastInvocations = new Map<string, number>();
  private lastPolledAtMs = 0;
  private lastCommitsMetric: number | null = null;

  /** `commits` is where the count goes on from. */
  constructor(admin: AdminClient, commits: number) {
    this.admin = admin;
    this.status = {
      state: 'down',
      epoch: null,
      commits,
      committedAtMs: null,
      parked: 0,
      waiting: 0,
      flow: flowOf(new Map(), new Map(), new Map(), new Set()),
    };
  }

  /** Polls once; `nowMs` is wall-clock time. `withSnapshots` also reads the list of cuts. */
  async poll(nowMs: number, withSnapshots: boolean): Promise<void> {
    const ready = await this.admin.get('/health/ready');
    const metricsText = ready === null ? null : await this.admin.get('/metrics');
    if (ready === null || metricsText === null) {
      this.lastInvocations.clear();
      this.classifierAttempts = null;
      this.status = { ...this.status, state: 'down', flow: this.status.flow.map(still) };
      return;
    }
    const metrics = new Metrics(metricsText.body);
    const sequence = withSnapshots ? lastSequence(await this.admin.get('/snapshots')) : null;
    this.take(metrics, ready.ok, sequence, nowMs);
  }

  private take(metrics: Metrics, ready: boolean, sequence: number | null, nowMs: number): void {
    const invocations = byShortName(metrics.by('weir_invocations_total', 'function_type'));
    const waiting = byShortName(metrics.by('weir_mailbox_messages', 'function_type'));
    const parked = byShortName(metrics.by('weir_parked_by_type', 'function_type'));
    const elapsedS = (nowMs - this.lastPolledAtMs) / 1000;
    const rates = new Map<string, number>();
    for (const [name, count] of invocations) {
      const before = this.lastInvocations.get(name);
      // A counter that went down belongs to a new process.
      const more = before === undefined || count < before ? 0 : count - before;
      const rate = elapsedS > 0 ? more / elapsedS : 0;
      const old = this.status.flow.find((node) => node.name === name)?.rate ?? rate;
      rates.set(name, smoothing * old + (1 - smoothing) * rate);
    }
    this.lastInvocations = invocations;
    this.lastPolledAtMs = nowMs;
    this.classifierAttempts = attemptsOf(metrics);
    this.status = {
      state: ready ? 'ready' : 'starting',
      epoch: metrics.sum('weir_epoch') ?? this.status.epoch,
      commits: this.commits(metrics.sum('weir_commits_total'), sequence),
      committedAtMs: this.committedAt(metrics.sum('weir_commit_age_seconds'), nowMs),
      parked: metrics.sum('weir_parked_addresses') ?? 0,
      waiting: [...waiting.values()].reduce((a, b) => a + b, 0),
      flow: flowOf(rates, waiting, parked, new Set(invocations.keys())),
    };
  }

  /** The same commit seen twice keeps its time, although the polls differ by some ms. */
  private committedAt(ageSeconds: number | null, nowMs: number): number | null {
    const before = this.status.committedAtMs;
    if (ageSeconds === null || !Number.isFinite(ageSeconds)) return before;
    const atMs = Math.round(nowMs - ageSeconds * 1000);
    return before !== null && Math.abs(atMs - before) < 100 ? before : atMs;
  }

  /** Goes on counting across processes; the sequence of the newest cut corrects it. */
  private commits(metric: number | null, sequence: number | null): number {
    let commits = this.status.commits;
    if (metric !== null) {
      const before = this.lastCommitsMetric;
      if (before !== null) commits += metric >= before ? metric - before : metric;
      else if (commits === 0) commits = metric;
      this.lastCommitsMetric = metric;
    }
    return Math.max(commits, sequence ?? 0);
  }
}

/** The newest sequence in the answer of `GET /snapshots`, a list or `{snapshots: […]}`. */
function lastSequence(answer: AdminAnswer | null): number | null {
  if (answer?.ok !== true) return null;
  try {
    const parsed = JSON.parse(answer.body) as unknown;
    const list = Array.isArray(parsed) ? parsed : (parsed as { snapshots?: unknown }).snapshots;
    if (!Array.isArray(list)) return null;
    const numbers = list.map((cut: { sequence?: unknown }) => Number(cut?.sequence));
    return numbers.reduce<number | null>(
      (most, n) => (Number.isFinite(n) && n > (most ?? -1) ? n : most),
      null,
    );
  } catch {
    return null;
  }
}

function attemptsOf(metrics: Metrics): CumulativeBuckets {
  const ofClassifier = { function_type: 'weir.fraud/classifier' };
  const buckets = metrics.by('weir_attempt_duration_seconds_bucket', 'le', ofClassifier);
  return new Map([...buckets].map(([le, count]) => [le === '+Inf' ? Infinity : Number(le), count]));
}

function byShortName(counts: Map<string, number>): Map<string, number> {
  return new Map(
    [...counts].map(([type, count]) => [type.slice(type.lastIndexOf('/') + 1), count]),
  );
}

/** The functions in the order in which a transaction meets them; `selector` only if it is there. */
function flowOf(
  rates: Map<string, number>,
  waiting: Map<string, number>,
  parked: Map<string, number>,
  known: Set<string>,
): FlowNode[] {
  return flowOrder
    .filter((name) => name !== 'selector' || known.has(name) || waiting.has(name))
    .map((name) => ({
      name,
      rate: Math.round((rates.get(name) ?? 0) * 10) / 10,
      waiting: waiting.get(name) ?? 0,
      parked: parked.get(name) ?? 0,
    }));
}

function still(node: FlowNode): FlowNode {
  return { ...node, rate: 0 };
}
