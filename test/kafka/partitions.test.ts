import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { byPartition, javaPartitioner, murmur2 } from '#runtime/kafka/partitions.ts';
import { seededRandom } from '../snapshot/seeded.ts';

const load = createRequire(import.meta.url);
const clientsMurmur2 = load('kafkajs/src/producer/partitioners/default/murmur2.js') as (
  key: Buffer,
) => number;

const partitionMetadata = [0, 1, 2, 3].map((partitionId) => ({
  ...{ partitionId, partitionErrorCode: 0, replicas: [], isr: [] },
  leader: partitionId === 2 ? -1 : 1,
}));

describe('the partition of a record', () => {
  test('is by the hash of the Java client', () => {
    // As the Java client's own tests have it.
    expect(murmur2(Buffer.from('21'))).toBe(-973932308);
    expect(murmur2(Buffer.from('foobar'))).toBe(-790332482);
    expect(murmur2(Buffer.from('abc'))).toBe(479470107);
  });

  test('is for any key the one that the client has', () => {
    const random = seededRandom(5);
    for (let i = 0; i < 5_000; i++) {
      const key = Buffer.from(Array.from({ length: i % 40 }, () => Math.floor(random() * 256)));
      expect(murmur2(key), key.toString('hex')).toBe(clientsMurmur2(key));
    }
  });

  test('comes by turns for those without a key, of the partitions that have a leader', () => {
    const partitioner = javaPartitioner();
    const next = (key: string | null) =>
      partitioner({ topic: 't', partitionMetadata, message: { key, value: 'v' } });
    expect(new Set(Array.from({ length: 9 }, () => next(null)))).toEqual(new Set([0, 1, 3]));
    // murmur2 of `abc`, as above.
    expect(next('abc')).toBe(479470107 % 4);
    const counts = Map.groupBy(
      Array.from({ length: 300 }, () => next(null)),
      (one) => one,
    );
    expect([...counts.values()].map(({ length }) => length)).toEqual([100, 100, 100]);
  });

  test('keeps the order of what goes to the same one', () => {
    const messages = Array.from({ length: 100 }, (_, i) => ({ key: `k-${i % 7}`, value: `${i}` }));
    const partitioner = javaPartitioner();
    const groups = byPartition({ topic: 't', partitionMetadata, messages, partitioner });
    expect(Object.values(groups).flat()).toHaveLength(100);
    for (const [partition, group] of Object.entries(groups)) {
      const expected = messages.filter(
        (message) => partitioner({ topic: 't', partitionMetadata, message }) === Number(partition),
      );
      expect(group).toEqual(expected);
    }
    expect(byPartition({ topic: 't', partitionMetadata: [], messages, partitioner })).toEqual({});
  });
});
