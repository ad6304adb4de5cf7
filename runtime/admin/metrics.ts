import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { EngineObserver } from '../core/engine-options.ts';
import type { CommitInfo } from '../ports/snapshots.ts';
import { noUsage, type StoreUsage } from '../ports/store-usage.ts';
import type { TransportObserver } from '../ports/transport.ts';
import { BucketHistogram, type Buckets } from './bucket-histogram.ts';
import { EngineMetrics } from './engine-metrics.ts';
import type { RuntimeView } from './runtime-view.ts';

const latencyBucketsS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 120];
const batchBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000];
const requestBuckets = [1, 2, 3, 4, 6, 10, 20, 50];
const bytesBuckets = [1e3, 1e4, 1e5, 1e6, 4e6, 1.6e7, 6.4e7, 2.56e8];

/** Function types that get a label of their own; the rest shares `other`, so labels stay bounded. */
const labelsMax = 256;

/** The buckets of one function type, resolved once. */
interface TypeMetrics {
  readonly latency: Buckets;
  readonly batch: Buckets;
  readonly attempt: Buckets;
}

/**
 * The metrics of one runtime in Prometheus form. What the engine counts anyway is read when it is
 * scraped; only latencies, batch sizes and commits are observed as they happen.
 */
export class Metrics implements EngineObserver, TransportObserver {
  readonly #registry = new Registry();
  readonly #types = new Map<string, TypeMetrics>();
  readonly #latency: BucketHistogram;
  readonly #batch: BucketHistogram;
  readonly #attempt: BucketHistogram;
  readonly #failures: Counter<'function_type' | 'class'>;
  readonly #retries: Counter<'function_type'>;
  readonly #commitDuration: Histogram;
  readonly #commitBytes: Histogram;
  readonly #commitRequests: Histogram;
  readonly #storeFailures: Counter;
  #usage: StoreUsage = noUsage;
  readonly #gauges: EngineMetrics;
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    const registers = [this.#registry];
    const labelNames = ['function_type'] as const;
    const histogram = (name: string, help: string, bounds: readonly number[]): BucketHistogram =>
      new BucketHistogram(name, help, bounds, this.#registry);
    this.#latency = histogram(
      'weir_request_duration_seconds',
      'Time from sending a batch to its applied answer, retries included.',
      latencyBucketsS,
    );
    this.#batch = histogram(
      'weir_batch_messages',
      'Messages of one address in one request.',
      batchBuckets,
    );
    this.#attempt = histogram(
      'weir_attempt_duration_seconds',
      'Duration of single attempts to reach a function.',
      latencyBucketsS,
    );
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
    this.#commitRequests = new Histogram({
      name: 'weir_commit_requests',
      help: 'Requests to the snapshot store for one commit.',
      buckets: requestBuckets,
      registers,
    });
    this.#storeFailures = new Counter({
      name: 'weir_store_failures_total',
      help: 'Failed requests to the snapshot store.',
      registers,
    });
    this.#gauges = new EngineMetrics(registers, (type) => this.#label(type));
    collectDefaultMetrics({ register: this.#registry, prefix: 'weir_' });
    // Without a sample between two scrapes these are no numbers.
    for (const name of ['min', 'mean', 'stddev']) {
      this.#registry.removeSingleMetric(`weir_nodejs_eventloop_lag_${name}_seconds`);
    }
    this.#loopDelay.enable();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(view: RuntimeView): Promise<string> {
    this.#gauges.collect(view, this.#loopDelay.max / 1e9, this.#usage);
    this.#loopDelay.reset();
    return this.#registry.metrics();
  }

  close(): void {
    this.#loopDelay.disable();
  }

  invoked(functionType: string, messages: number, latencyMs: number): void {
    const metrics = this.#of(functionType);
    metrics.latency.observe(latencyMs / 1000);
    metrics.batch.observe(messages);
  }

  parked(): void {
    // Read from the engine when scraped.
  }

  attempt(functionType: string, durationMs: number): void {
    this.#of(functionType).attempt.observe(durationMs / 1000);
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
    this.#commitRequests.observe(info.requests);
  }

  /** The head of the state has changed: what the store was asked for so far. */
  storeUsed(usage: StoreUsage): void {
    this.#usage = usage;
  }

  storeFailed(): void {
    this.#storeFailures.inc();
  }

  #of(functionType: string): TypeMetrics {
    let metrics = this.#types.get(functionType);
    if (metrics === undefined) {
      const label = this.#label(functionType);
      metrics = {
        latency: this.#latency.of(label),
        batch: this.#batch.of(label),
        attempt: this.#attempt.of(label),
      };
      if (this.#types.size < labelsMax) this.#types.set(functionType, metrics);
    }
    return metrics;
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
