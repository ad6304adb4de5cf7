import { describe, expect, test } from 'vitest';
import { knownShards, parsePosition, positionKey } from '#runtime/kinesis/position.ts';
import { nextRequest } from '#runtime/kinesis/put-requests.ts';
import { StreamShards, type ListedShard } from '#runtime/kinesis/shards.ts';

const shard = (id: string, parents: string[] = [], open = true): ListedShard => ({
  id,
  parents,
  open,
});
const after = { type: 'after', sequence: '1' } as const;
const begun = (listed: ListedShard[], known: Parameters<StreamShards['begin']>[1] = []) => {
  const shards = new StreamShards('s');
  shards.begin(listed, known, { type: 'earliest' }, 7);
  return shards;
};
const expired = expect.objectContaining({ code: 'WEIR_KINESIS_POSITION_OUT_OF_RANGE' }) as Error;

describe('which shards are read', () => {
  test('children of a split when their parent was, a merged one when both were', () => {
    const shards = begun([
      shard('a', [], false),
      shard('b'),
      shard('a1', ['a']),
      shard('a2', ['a']),
    ]);
    expect(shards.readable()).toEqual(['a', 'b']);
    shards.move('a', { type: 'ended' });
    expect(shards.readable()).toEqual(['b', 'a1', 'a2']);
    const fresh = shards.found([
      shard('b', [], false),
      shard('a1', ['a']),
      shard('a2', ['a'], false),
      shard('m', ['b', 'a2']),
    ]);
    expect(fresh).toEqual(['m']);
    expect(shards.position('m')).toEqual({ type: 'start' });
    shards.move('b', { type: 'ended' });
    expect(shards.readable()).toEqual(['a1', 'a2']);
    shards.move('a2', { type: 'ended' });
    expect(shards.readable()).toEqual(['a1', 'm']);
  });

  test('parents that expired before the state began hold nothing up', () => {
    expect(begun([shard('c', ['gone', 'too'])]).readable()).toEqual(['c']);
  });

  test('one that is gone and was not read to its end is an error', () => {
    const known = [{ createdMs: 1, shard: 'a', position: after }];
    expect(() => begun([shard('a1', ['a'])], known)).toThrow(expired);
    const shards = begun([shard('a')], known);
    expect(() => shards.found([shard('a1', ['a'])])).toThrow(expired);
    shards.move('a', { type: 'ended' });
    expect(shards.found([shard('a1', ['a'])])).toEqual(['a1']);
  });

  test('a new state begins at the latest record with what is open', () => {
    const shards = new StreamShards('s');
    shards.begin([shard('a', [], false), shard('b', ['a'])], [], { type: 'latest' }, 7);
    expect([...shards.all()]).toEqual([
      ['a', { type: 'ended' }],
      ['b', { type: 'time', ms: 7 }],
    ]);
    const dated = new StreamShards('s');
    dated.begin([shard('a', [], false)], [], { type: 'date', dateMs: 3 }, 7);
    expect(dated.position('a')).toEqual({ type: 'time', ms: 3 });
  });
});

describe('positions in the cut', () => {
  test('those of the stream are found, and nothing else is taken for one', () => {
    const key = positionKey(5, 'orders', 'shardId-1');
    const positions = new Map<string, unknown>([
      [key, 'after 496'],
      [positionKey(5, 'other', 'shardId-1'), 'ended'],
      ['0 orders', 3],
    ]);
    expect(knownShards(positions, 'orders')).toEqual([
      { createdMs: 5, shard: 'shardId-1', position: { type: 'after', sequence: '496' } },
    ]);
  });

  test.each(['', 'after', 'after x', 'time -1', 'start 1', 'ended 1', 'after 1 2', 'else 1'])(
    '%j is none',
    (text) => {
      expect(() => parsePosition(text, 'shard')).toThrow(/is/);
    },
  );
});

test('a request takes at most one record of a key, and no more than is allowed', () => {
  const record = (partitionKey: string, bytes = 1) => ({
    ...{ partitionKey, explicitHashKey: '', data: new Uint8Array(bytes) },
  });
  const waiting = [record('a'), record('b'), record('a'), record('c'), record('b')];
  expect(nextRequest(waiting, 500)).toEqual([0, 1, 3]);
  expect(nextRequest(waiting, 2)).toEqual([0, 1]);
  const large = Array.from({ length: 8 }, (_, n) => record(`k-${n}`, 1_000_000));
  expect(nextRequest(large, 500)).toEqual([0, 1, 2, 3, 4]);
  expect(nextRequest([record('a', 9_000_000)], 500)).toEqual([0]);
});
