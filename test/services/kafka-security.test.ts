import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeKafkaRecord, kafkaRecordTypename } from '#protocol/egress-records.ts';
import { KafkaEgress } from '#runtime/kafka/kafka-egress.ts';
import { systemClock } from '#runtime/ports/system-clock.ts';
import { until } from '../chaos/processes.ts';
import { hasKafka, KafkaBroker, login } from './kafka-broker.ts';
import { newTopic, openIngress, readCommitted, testClient } from './kafka-kit.ts';

const path = (name: string): string =>
  fileURLToPath(new URL(`../transport/certificates/${name}`, import.meta.url));
const text = (name: string): string => readFileSync(path(name), 'utf8');

const modules = {
  PLAIN: 'org.apache.kafka.common.security.plain.PlainLoginModule',
  'SCRAM-SHA-512': 'org.apache.kafka.common.security.scram.ScramLoginModule',
} as const;

function properties(mechanism: keyof typeof modules, password = login.password) {
  return {
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': `${modules[mechanism]} required username="${login.username}" password="${password}";`,
    'ssl.truststore.location': path('ca.pem'),
    'ssl.keystore.certificate.chain': text('client.pem'),
    'ssl.keystore.key': text('client.encrypted.key'),
    'ssl.key.password': 'open-sesame',
  };
}

describe.skipIf(!hasKafka())('Kafka behind TLS, client certificates and a login', () => {
  let broker: KafkaBroker;
  let address: string;
  beforeAll(async () => {
    broker = await KafkaBroker.start({ secure: true });
    address = `127.0.0.1:${broker.securePort}`;
  }, 180_000);
  afterAll(() => broker.stop());

  test.each(['PLAIN', 'SCRAM-SHA-512'] as const)(
    'records go in and out (%s)',
    async (mechanism) => {
      const kafka = testClient(broker.address);
      const admin = kafka.admin();
      await admin.connect();
      const topic = await newTopic(admin);
      const egress = new KafkaEgress({
        ...{ id: 'test/out', address, properties: properties(mechanism), clock: systemClock },
        delivery: { type: 'exactly-once', transactionTimeoutMs: 15_000 },
        startBudgetMs: 30_000,
        log: () => undefined,
      });
      const life = {
        ...{ lineage: `l-${mechanism}`, epoch: 1, nextSequence: () => 1 },
        confirmOwner: () => Promise.resolve(),
      };
      await egress.open(null, true, life);
      const value = encodeKafkaRecord({ topic, key: 'k', value: Buffer.from(mechanism) });
      await egress.publish({
        ...{ firstSequence: 0, count: 1, lineage: life.lineage, epoch: 1 },
        records: () => [{ typename: kafkaRecordTypename, value }],
      });
      await egress.close();
      expect(await readCommitted(kafka, topic, ({ length }) => length > 0)).toHaveLength(1);
      const given = { properties: properties(mechanism), startBudgetMs: 30_000 };
      const { ingress, sink } = await openIngress(address, topic, given);
      await until('the record', () => sink.taken.length === 1);
      expect(sink.values).toEqual([mechanism]);
      await ingress.close();
      await admin.disconnect();
    },
  );

  const without = (name: string) =>
    Object.fromEntries(Object.entries(properties('PLAIN')).filter(([key]) => key !== name));
  test.each([
    ['a wrong password', properties('PLAIN', 'wrong-and-secret')],
    ['an authority that is not trusted', without('ssl.truststore.location')],
    ['no certificate of its own', without('ssl.keystore.key')],
    ['no TLS at all', {}],
  ])('%s does not get in, and nothing secret is told', async (_name, given) => {
    const opening = openIngress(address, 'any', { properties: given, startBudgetMs: 500 });
    const error = await opening.then(
      () => null,
      (reason: unknown) => reason as Error & { code: string },
    );
    expect(error).toMatchObject({ code: 'WEIR_KAFKA_UNREACHABLE' });
    expect(String(error)).not.toMatch(/wrong-and-secret|not-to-be-shown|open-sesame/);
  });
});
