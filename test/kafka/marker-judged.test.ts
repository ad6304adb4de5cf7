import { expect, test } from 'vitest';
import { encodeKafkaRecord, kafkaRecordTypename } from '#protocol/egress-records.ts';
import { KafkaEgress } from '#runtime/kafka/kafka-egress.ts';
import type { EgressLife } from '#runtime/ports/egress.ts';
import { snapshotErrors } from '#runtime/snapshot/errors.ts';
import { Life, Scheduler, SimClock } from '../sim/scheduler.ts';
import { SimKafka, type BrokerFaults } from '../sim/sim-kafka.ts';
import { SimKafkaClient } from '../sim/sim-kafka-client.ts';

const scheduler = new Scheduler(1);
const life = new Life();
const clock = new SimClock(scheduler, life, { offsetMs: 0 });
const faults: BrokerFaults = {
  ...{ latencyMs: 5, failed: 0, ambiguous: 0, transactionTimeoutMs: 60_000, compacts: false },
  onFault: () => undefined,
};

function egressOn(cluster: SimKafka): KafkaEgress {
  const { client } = new SimKafkaClient(cluster, scheduler, life, faults, clock);
  const delivery = { type: 'exactly-once', transactionTimeoutMs: 60_000 } as const;
  return new KafkaEgress({
    ...{ id: 'e/out', address: 'sim', properties: {}, delivery, clock, client },
    ...{ startBudgetMs: 10_000, log: () => undefined },
  });
}

function lifeOf(nextSequence: number, confirmOwner: () => Promise<void>): EgressLife {
  return { lineage: 'l', epoch: 1, nextSequence: () => nextSequence, confirmOwner };
}

const owns = (): Promise<void> => Promise.resolve();
const superseded = (): Promise<void> => Promise.reject(snapshotErrors.SUPERSEDED('by a test'));

/** Lets simulated time go on until it is settled. */
async function settled<T>(action: Promise<T>): Promise<T> {
  let open = true;
  const done = action.finally(() => (open = false));
  done.catch(() => undefined);
  while (open && (await scheduler.step()));
  return done;
}

async function clusterWith(records: number): Promise<SimKafka> {
  const cluster = new SimKafka(scheduler, faults, () => undefined);
  const egress = egressOn(cluster);
  await settled(egress.open(null, true, lifeOf(records, owns)));
  const value = encodeKafkaRecord({ topic: 't', key: '', value: Buffer.from('x') });
  const list = Array.from({ length: records }, () => ({ typename: kafkaRecordTypename, value }));
  const batch = { firstSequence: 0, count: records, lineage: 'l', epoch: 1, records: () => list };
  if (records > 0) await settled(egress.publish(batch));
  return cluster;
}

test.each([
  ['ahead of the state', 3, 1, null, 'WEIR_KAFKA_MARKER_AHEAD'],
  ['behind what the state knows of', 0, 5, 'exactly-once 5', 'WEIR_KAFKA_MARKER_LOST'],
] as const)(
  'a marker %s is judged by the owner of the state alone',
  async (_what, published, known, position, code) => {
    const cluster = await clusterWith(published);
    const byOwner = egressOn(cluster).open(position, false, lifeOf(known, owns));
    await expect(settled(byOwner)).rejects.toMatchObject({ code });
    // A frozen process that its successor has overtaken would find the same.
    const byAnother = egressOn(cluster).open(position, false, lifeOf(known, superseded));
    await expect(settled(byAnother)).rejects.toMatchObject({ code: 'WEIR_SNAPSHOT_SUPERSEDED' });
  },
);
