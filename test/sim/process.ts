import { parkPolicy, type FailurePolicy } from '#runtime/ports/failure-policy.ts';
import type { Snapshots } from '#runtime/ports/snapshots.ts';
import type { SnapshotStore } from '#runtime/ports/snapshot-store.ts';
import type { Egress } from '#runtime/ports/egress.ts';
import { Lane } from '#runtime/core/lane.ts';
import { Runtime } from '#runtime/host/runtime.ts';
import { KafkaEgress } from '#runtime/kafka/kafka-egress.ts';
import { StoreCompactor } from '#runtime/snapshot/compaction.ts';
import { SnapshotWriter } from '#runtime/snapshot/writer.ts';
import { S3Store } from '#runtime/snapshot/s3-store.ts';
import { FakeStore } from './fake-store.ts';
import { SimS3 } from './sim-s3.ts';
import { Life, SeededRandom, SimClock } from './scheduler.ts';
import { LogIngress, RequestIngress, SimEgress, type Published } from './sim-connectors.ts';
import type { SimKafka } from './sim-kafka.ts';
import { SimKafkaClient } from './sim-kafka-client.ts';
import { SimKafkaEgress } from './sim-kafka-egress.ts';
import { SimTransport } from './sim-transport.ts';
import { deadLetters, egressIds, functionTypes } from './work.ts';
import type { World } from './world.ts';

/** The seams at which a broken variant is put in; a sound run uses none of them. */
export interface Sabotage {
  store?(store: SnapshotStore): SnapshotStore;
  snapshots?(snapshots: Snapshots): Snapshots;
  /** What the checkers read the store with. */
  reader?(snapshots: Snapshots): Snapshots;
  transport?(transport: SimTransport): void;
  kafka?(client: SimKafkaClient, cluster: SimKafka): unknown;
  ingress?(ingress: LogIngress): LogIngress;
  /** After the runtime was made, before it starts. */
  runtime?(runtime: Runtime): void;
}

const policies: Readonly<Record<FailurePolicy['onFailure'], FailurePolicy>> = {
  park: parkPolicy,
  'dead-letter': { onFailure: 'dead-letter', deadLetter: { egress: deadLetters, topic: null } },
  stop: { onFailure: 'stop' },
};

/** One simulated runtime process on the world's store. */
export class SimProcess {
  readonly life = new Life();
  readonly runtime: Runtime;
  readonly requests: RequestIngress;
  readonly number: number;
  failure: unknown = null;
  lost: unknown = null;
  /** A person asked it to stop; it was running then. */
  stopping: 'running' | 'starting' | null = null;
  /** It ended a stop with its last commit. */
  stoppedWell = false;

  constructor(world: World, number: number, takeover: boolean, sabotage: Sabotage) {
    this.number = number;
    const { scheduler, faults } = world;
    const { life } = this;
    const clock = new SimClock(scheduler, life, world.wall);
    const random = new SeededRandom(scheduler.random.below(2 ** 31));
    const parts = [world.bucket, scheduler, life, faults.store] as const;
    const plain = faults.objectStorage
      ? new S3Store('s3://sim', new SimS3(...parts))
      : new FakeStore(...parts);
    const store = sabotage.store?.(plain) ?? plain;
    const writer: Snapshots = new SnapshotWriter(
      {
        store,
        clock,
        random,
        processes: {
          self: { host: 'sim', hostname: 'sim', pid: number, processStart: String(number) },
          isGone: ({ pid }) => world.knowsDead(pid),
        },
      },
      {
        fingerprint: 'sim',
        takeover,
        leaseMs: 5_000,
        inlineBytesMax: faults.inlineBytesMax,
        compactAfterDeltas: faults.compactAfterDeltas,
        retainedManifests: 2,
        graceMs: 10_000,
        observer: { lost: (error) => this.#lost(error) },
      },
      new StoreCompactor(store, random),
    );
    this.requests = new RequestIngress((reply) => world.clients.answered(reply));
    const violation = (text: string): void => world.violation(text);
    const removed = (from: string, to: string, order: number): boolean =>
      world.operator.removedOrder(from, to, order);
    const transport = new SimTransport(scheduler, life, faults.transport, faults.concurrency, {
      violation,
      removed,
      cannot: (self, { from, work }) => {
        world.inject('poison');
        if (faults.onFailure !== 'dead-letter') return;
        world.operator.note(from, `${self.type}/${self.id}`, work);
      },
    });
    sabotage.transport?.(transport);
    const lane = new Lane(transport, faults.batchMax, policies[faults.onFailure]);
    const log = new LogIngress(world.partitions, scheduler, life, faults.readEveryMs);
    const idempotency = { keysMax: 10_000, ttlMs: 86_400_000 };
    this.runtime = new Runtime({
      clock,
      snapshots: sabotage.snapshots?.(writer) ?? writer,
      laneOf: (type) => (functionTypes.includes(type) ? lane : null),
      lanes: [lane],
      ingresses: [
        { ingress: sabotage.ingress?.(log) ?? log, idempotency },
        { ingress: this.requests, idempotency },
      ],
      egresses: egressIds.map((id) => {
        const published = world.published.get(id) as Published;
        return (
          kafkaEgress(world, id, life, clock, sabotage) ??
          new SimEgress(id, published, scheduler, life, faults.egress, violation)
        );
      }),
      functionTypes,
      commitEveryMs: faults.commitEveryMs,
      limits: { ...faults.limits, freshMessagesMax: faults.freshMessagesMax },
      listener: {
        state: () => undefined,
        recovered: () => undefined,
        committed: () => undefined,
        lost: (error) => this.#lost(error),
        poisoned: () => void clock.setTimer(0, () => this.stop()),
      },
    });
    sabotage.runtime?.(this.runtime);
  }

  start(): void {
    this.runtime.start().catch((error: unknown) => {
      if (this.life.alive && this.lost === null && this.stopping === null) this.failure = error;
    });
  }

  /** SIGTERM: the process ends when the stop does. */
  stop(): void {
    if (this.stopping !== null) return;
    this.stopping = this.runtime.state === 'running' ? 'running' : 'starting';
    this.runtime.stop().then(
      () => {
        this.stoppedWell = this.lost === null && this.stopping === 'running';
        this.life.kill();
      },
      () => this.life.kill(),
    );
  }

  /** A superseded writer ends its process (exit code 75). */
  #lost(error: unknown): void {
    this.lost ??= error;
    this.life.kill();
  }
}

/** The real egress on the simulated cluster; null in a run without one. */
function kafkaEgress(
  world: World,
  id: string,
  life: Life,
  clock: SimClock,
  sabotage: Sabotage,
): Egress | null {
  const { kafka, scheduler, faults } = world;
  if (kafka === null || faults.kafka === null) return null;
  const client = new SimKafkaClient(kafka, scheduler, life, faults.kafka, clock);
  sabotage.kafka?.(client, kafka);
  const { transactionTimeoutMs } = faults.kafka;
  return new SimKafkaEgress(
    new KafkaEgress({
      id,
      address: 'sim',
      properties: {},
      delivery: { type: 'exactly-once', transactionTimeoutMs },
      clock,
      startBudgetMs: 600_000,
      log: () => undefined,
      client: client.client,
    }),
  );
}
