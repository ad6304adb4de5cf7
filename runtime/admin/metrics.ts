import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { EngineObserver } from '../core/engine-options.ts';
import type { CommitInfo } from '../ports/snapshots.ts';
import type { TransportObserver } from '../ports/transport.ts';
import type { RuntimeView } from './runtime-view.ts';

const latencyBucketsS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 120];
const batchBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000];
const bytesBuckets = [1e3, 1e4, 1e5, 1e6, 4e6, 1.6e7, 6.4e7, 2.56e8];

/** Function types that get a label of their own; the rest shares `other`, so labels stay bounded. */
const labelsMax = 256;

/** Latency and batch size of one function type, resolved once: a label look-up costs more. */
interface TypeMetrics {
  readonly latency: ReturnType<Histogram<'function_type'>['labels']>;
  readonly batch: ReturnType<Histogram<'function_type'>['labels']>;
}

/**
 * The metrics of one runtime in Prometheus form. What the engine counts anyway is read when it is
 * scraped; only latencies, batch sizes and commits are observed as they happen.
 */
export class Metrics implements EngineObserver, TransportObserver {
  readonly #registry = new Registry();
  readonly #types = new Map<string, TypeMetrics>();
  readonly #latency: Histogram<'function_type'>;
  readonly #batch: Histogram<'function_type'>;
  readonly #attempt: Histogram<'function_type'>;
  readonly #failures: Counter<'function_type' | 'class'>;
  readonly #retries: Counter<'function_type'>;
  readonly #commitDuration: Histogram;
  readonly #commitBytes: Histogram;
  readonly #gauges: EngineGauges;
  readonly #attempts = new Map<string, ReturnType<Histogram<'function_type'>['labels']>>();
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    const registers = [this.#registry];
    const labelNames = ['function_type'] as const;
    this.#latency = new Histogram({
      name: 'weir_request_duration_seconds',
      help: 'Time from sending a batch to its applied answer, retries included.',
      labelNames,
      buckets: latencyBucketsS,
      registers,
    });
    this.#batch = new Histogram({
      name: 'weir_batch_messages',
      help: 'Messages of one address in one request.',
      labelNames,
      buckets: batchBuckets,
      registers,
    });
    this.#attempt = new Histogram({
      name: 'weir_attempt_duration_seconds',
      help: 'Duration of single attempts to reach a function.',
      labelNames,
      buckets: latencyBucketsS,
      registers,
    });
    this.#failures = new Counter({
      name: 'weir_attempt_failures_total',
      help: 'Failed attempts to reach a function, by class.',
      labelNames: ['function_type', 'class'],
      registers,
    });
    this.#retries = new Counter({
      name: 'weir_retries_total',
      help: 'Attempts after the first one.',
      labelNames,
      registers,
    });
    this.#commitDuration = new Histogram({
      name: 'weir_commit_duration_seconds',
      help: 'Time from taking a cut to its commit.',
      buckets: latencyBucketsS,
      registers,
    });
    this.#commitBytes = new Histogram({
      name: 'weir_commit_bytes',
      help: 'Bytes written to the snapshot store for one commit.',
      buckets: bytesBuckets,
      registers,
    });
    this.#gauges = new EngineGauges(registers, (type) => this.#label(type));
    collectDefaultMetrics({ register: this.#registry, prefix: 'weir_' });
    this.#loopDelay.enable();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(view: RuntimeView): Promise<string> {
    this.#gauges.collect(view, this.#loopDelay.max / 1e9);
    this.#loopDelay.reset();
    return this.#registry.metrics();
  }

  close(): void {
    this.#loopDelay.disable();
  }

  invoked(functionType: string, messages: number, latencyMs: number): void {
    let metrics = this.#types.get(functionType);
    if (metrics === undefined) {
      const label = this.#label(functionType);
      metrics = { latency: this.#latency.labels(label), batch: this.#batch.labels(label) };
      if (this.#types.size < labelsMax) this.#types.set(functionType, metrics);
    }
    metrics.latency.observe(latencyMs / 1000);
    metrics.batch.observe(messages);
  }

  parked(): void {
    // Read from the engine when scraped.
  }

  attempt(functionType: string, durationMs: number): void {
    let child = this.#attempts.get(functionType);
    if (child === undefined) {
      child = this.#attempt.labels(this.#label(functionType));
      if (this.#attempts.size < labelsMax) this.#attempts.set(functionType, child);
    }
    child.observe(durationMs / 1000);
  }

  failure(functionType: string, failureClass: string): void {
    this.#failures.inc({ function_type: this.#label(functionType), class: failureClass });
  }

  retry(functionType: string): void {
    this.#retries.inc({ function_type: this.#label(functionType) });
  }

  committed(info: CommitInfo): void {
    this.#commitDuration.observe(info.durationMs / 1000);
    this.#commitBytes.observe(info.bytes);
  }

  /** The type itself, or `other` once there are too many. */
  readonly #known = new Set<string>();
  #label(functionType: string): string {
    if (this.#known.has(functionType)) return functionType;
    if (this.#known.size >= labelsMax) return 'other';
    this.#known.add(functionType);
    return functionType;
  }
}

type Sample = readonly [labels: Record<string, string>, value: number];

/** Values that the engine and the loops keep themselves: set from them at every scrape. */
class EngineGauges {
  readonly #label: (functionType: string) => string;
  readonly #gauges = new Map<string, Gauge | Counter>();
  readonly #registers: Registry[];

  constructor(registers: Registry[], label: (functionType: string) => string) {
    this.#registers = registers;
    this.#label = label;
  }

  collect(view: RuntimeView, loopDelayMaxS: number): void {
    this.#types(view);
    const { engine, commits } = view;
    const { queued, parked } = engine.mailboxes;
    const now = view.clock.now();
    const age = commits.lastCommitAt === null ? 0 : (now - commits.lastCommitAt) / 1000;
    const one = (name: string, help: string, value: number): void =>
      this.#set(name, help, [[{}, value]]);
    one('weir_up', '1 while the ingresses are open.', view.state === 'running' ? 1 : 0);
    one('weir_epoch', 'Epoch of this writer.', view.epoch ?? 0);
    one('weir_commits_total', 'Commits of this writer.', commits.count);
    one('weir_commit_age_seconds', 'Time since the last commit.', age);
    one('weir_uncommitted_bytes', 'Changes that no committed cut holds.', uncommitted(view));
    one('weir_parked_addresses', 'Addresses that stopped for good.', engine.parked.size);
    one('weir_queued_messages', 'Undelivered messages, parked ones apart.', queued.messages);
    one('weir_queued_bytes', 'Bytes of undelivered messages, parked ones apart.', queued.bytes);
    one('weir_parked_messages', 'Messages of parked addresses.', parked.messages);
    one('weir_delayed_messages', 'Delayed messages that are not due.', engine.delayed.size);
    one('weir_state_bytes', 'Memory of the state pages.', engine.registry.arena.bytes);
    one('weir_backpressure', '1 while the ingresses are paused.', engine.full ? 1 : 0);
    one('weir_event_loop_delay_max_seconds', 'Longest delay since the last scrape.', loopDelayMaxS);
    one('weir_uptime_seconds', 'Time since the process began.', performance.now() / 1000);
    this.#connectors(view);
  }

  #types(view: RuntimeView): void {
    const types = [...view.engine.registry.types.values()];
    const each = (name: string, help: string, value: (type: (typeof types)[number]) => number) => {
      const sums = new Map<string, number>();
      for (const type of types) {
        const label = this.#label(type.name);
        sums.set(label, (sums.get(label) ?? 0) + value(type));
      }
      this.#set(
        name,
        help,
        [...sums].map(([type, sum]) => [{ function_type: type }, sum]),
      );
    };
    each('weir_invocations_total', 'Messages applied.', (type) => type.counts.invocations);
    each('weir_batches_total', 'Requests applied.', (type) => type.counts.batches);
    each('weir_messages_in_total', 'Messages delivered.', (type) => type.counts.messagesIn);
    each('weir_messages_out_total', 'Messages sent.', (type) => type.counts.messagesOut);
    each('weir_egress_sent_total', 'Egress records sent.', (type) => type.counts.egressRecords);
    each('weir_request_failures_total', 'Given-up requests.', (type) => type.counts.failures);
    each('weir_handshakes_total', 'States asked for.', (type) => type.counts.handshakes);
    each('weir_mailbox_messages', 'Undelivered messages.', (type) => type.counts.mailbox);
    each('weir_in_flight_messages', 'Messages with functions.', (type) => type.counts.inFlight);
    each('weir_active_addresses', 'Addresses with work.', (type) => type.active.size);
    each('weir_parked_by_type', 'Parked addresses.', (type) => type.counts.parked);
  }

  #connectors(view: RuntimeView): void {
    const records = [...view.engine.intake.records()];
    this.#set(
      'weir_ingress_records_total',
      'Records taken from an ingress.',
      records.map(({ ingress, records: count }) => [{ ingress }, count]),
    );
    const lags = view.ingresses.map((ingress) => [ingress.id, ingress.lag()] as const);
    this.#set(
      'weir_ingress_lag_records',
      'Records known to wait in the source.',
      lags.flatMap(([ingress, lag]) => (lag === null ? [] : [[{ ingress }, lag] as const])),
    );
    const { egresses } = view;
    const each = (name: string, help: string, value: (egress: (typeof egresses)[0]) => number) =>
      this.#set(
        name,
        help,
        egresses.map((egress) => [{ egress: egress.id }, value(egress)]),
      );
    each('weir_egress_pending_records', 'Records not published yet.', (e) => e.waiting);
    each('weir_egress_published_total', 'Records published.', (e) => e.publishedRecords);
    each('weir_egress_failures_total', 'Failed publications.', (e) => e.failures);
  }

  #set(name: string, help: string, samples: readonly Sample[]): void {
    let gauge = this.#gauges.get(name);
    if (gauge === undefined) {
      const labelNames = Object.keys(samples[0]?.[0] ?? {});
      if (samples.length === 0) return;
      const options = { name, help, labelNames, registers: this.#registers };
      gauge = name.endsWith('_total') ? new Counter(options) : new Gauge(options);
      this.#gauges.set(name, gauge);
    }
    gauge.reset();
    for (const [labels, value] of samples) gauge.inc(labels, value);
  }
}

function uncommitted(view: RuntimeView): number {
  return view.engine.uncommittedBytes + view.engine.log.bytes;
}
