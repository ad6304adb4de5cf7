import { performance } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { StoreUsage } from '../ports/store-usage.ts';
import type { RuntimeView } from './runtime-view.ts';

/** The label's value (empty without a label), and the number. */
type Sample = readonly [of: string, value: number];

/** Values that the engine and the loops keep themselves: set from them at every scrape. */
export class EngineMetrics {
  readonly #label: (functionType: string) => string;
  readonly #metrics = new Map<string, Gauge | Counter>();
  readonly #registers: Registry[];

  constructor(registers: Registry[], label: (functionType: string) => string) {
    this.#registers = registers;
    this.#label = label;
  }

  collect(view: RuntimeView, loopDelayMaxS: number, usage: StoreUsage): void {
    this.#types(view);
    this.#store(usage);
    const { engine, commits } = view;
    const { queued, parked } = engine.mailboxes;
    const now = view.clock.now();
    const age = commits.lastCommitAt === null ? 0 : (now - commits.lastCommitAt) / 1000;
    const one = (name: string, help: string, value: number): void =>
      this.#set(name, help, null, [['', value]]);
    one('weir_up', '1 while the ingresses are open.', view.state === 'running' ? 1 : 0);
    one('weir_epoch', 'Epoch of this writer.', view.epoch ?? 0);
    one('weir_commits_total', 'Commits of this writer.', commits.count);
    one('weir_commit_age_seconds', 'Time since the last commit; 0 before the first.', age);
    one(
      'weir_commit_running_seconds',
      'Age of the cut that is being committed; 0 between commits.',
      commits.runningMs / 1000,
    );
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
        'function_type',
        [...sums].map(([type, sum]) => [type, sum]),
      );
    };
    each(
      'weir_invocations_total',
      'Messages whose effects are applied.',
      (type) => type.counts.invocations,
    );
    each(
      'weir_batches_total',
      'Requests whose effects are applied.',
      (type) => type.counts.batches,
    );
    each(
      'weir_messages_in_total',
      'Messages put into mailboxes.',
      (type) => type.counts.messagesIn,
    );
    each('weir_messages_out_total', 'Messages sent.', (type) => type.counts.messagesOut);
    each('weir_egress_sent_total', 'Egress records sent.', (type) => type.counts.egressRecords);
    each('weir_request_failures_total', 'Given-up requests.', (type) => type.counts.failures);
    each(
      'weir_handshakes_total',
      'Answers that asked for undeclared states.',
      (type) => type.counts.handshakes,
    );
    each(
      'weir_mailbox_messages',
      'Undelivered messages, those in flight and of parked addresses included.',
      (type) => type.counts.mailbox,
    );
    each(
      'weir_in_flight_messages',
      'Messages that are with functions.',
      (type) => type.counts.inFlight,
    );
    each(
      'weir_active_addresses',
      'Addresses with messages, a request in flight, or parked.',
      (type) => type.active.size,
    );
    each(
      'weir_dead_letters_total',
      'Messages that left as dead letters by the policy of their endpoint.',
      (type) => type.counts.deadLetters,
    );
    each('weir_parked_by_type', 'Parked addresses.', (type) => type.counts.parked);
  }

  #store({ writes, reads, lists, removes, bytesWritten, bytesRead }: StoreUsage): void {
    this.#set(
      'weir_store_requests_total',
      'Requests to the snapshot store, as of the last change of its head.',
      'operation',
      Object.entries({ write: writes, read: reads, list: lists, remove: removes }),
    );
    this.#set(
      'weir_store_bytes_total',
      'Bytes to and from the snapshot store, as of the last change of its head.',
      'direction',
      Object.entries({ written: bytesWritten, read: bytesRead }),
    );
  }

  #connectors(view: RuntimeView): void {
    const records = [...view.engine.intake.records()];
    this.#set(
      'weir_ingress_records_total',
      'Records taken from an ingress.',
      'ingress',
      records.map(({ ingress, records: count }) => [ingress, count]),
    );
    const lags = view.ingresses.map((ingress) => [ingress.id, ingress.lag()] as const);
    this.#set(
      'weir_ingress_lag_records',
      'Records known to wait in the source.',
      'ingress',
      lags.flatMap(([ingress, lag]) => (lag === null ? [] : [[ingress, lag] as const])),
    );
    const ages = view.ingresses.map((ingress) => [ingress.id, ingress.lagMs()] as const);
    this.#set(
      'weir_ingress_lag_seconds',
      'How far what was read last is behind the newest record of the source.',
      'ingress',
      ages.flatMap(([ingress, ms]) => (ms === null ? [] : [[ingress, ms / 1_000] as const])),
    );
    const { egresses } = view;
    const each = (name: string, help: string, value: (egress: (typeof egresses)[0]) => number) =>
      this.#set(
        name,
        help,
        'egress',
        egresses.map((egress) => [egress.id, value(egress)]),
      );
    each('weir_egress_pending_records', 'Records not published yet.', (e) => e.waiting);
    each('weir_egress_published_total', 'Records published.', (e) => e.publishedRecords);
    each('weir_egress_failures_total', 'Failed publications.', (e) => e.failures);
  }

  /** A metric is there from the first scrape on, also while it has no samples. */
  #set(name: string, help: string, label: string | null, samples: readonly Sample[]): void {
    let metric = this.#metrics.get(name);
    if (metric === undefined) {
      const labelNames = label === null ? [] : [label];
      const options = { name, help, labelNames, registers: this.#registers };
      metric = name.endsWith('_total') ? new Counter(options) : new Gauge(options);
      this.#metrics.set(name, metric);
    }
    metric.reset();
    for (const [of, value] of samples) metric.inc(label === null ? {} : { [label]: of }, value);
  }
}

function uncommitted(view: RuntimeView): number {
  return view.engine.uncommittedBytes + view.engine.log.bytes;
}
