import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PlaygroundEgress } from '#runtime/egress/playground-egress.ts';
import { playgroundRecordType } from '#runtime/egress/playground-record.ts';
import { batchOf, jsonRecord, until } from './batches.ts';

let folder: string;
let egress: PlaygroundEgress;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-playground-'));
  egress = await start();
});
afterEach(async () => {
  await egress.close();
  await rm(folder, { recursive: true });
});

async function start(maxRecords = 1000): Promise<PlaygroundEgress> {
  const topics = ['a', 'b', 'ü /'];
  const options = { id: 'test/pg', host: '127.0.0.1', port: 0, topics, folder, maxRecords };
  const created = new PlaygroundEgress(options);
  await created.open();
  return created;
}

const record = (topic: string, payload: unknown) =>
  jsonRecord({ topic, payload }, playgroundRecordType);
async function pop(topic: string): Promise<string | number> {
  const answer = await fetch(`http://127.0.0.1:${egress.port}/${encodeURIComponent(topic)}`);
  const text = await answer.text();
  return answer.status === 200 ? text : answer.status;
}

test('pops committed records in order, 404 when there is none', async () => {
  expect(await pop('a')).toBe(404);
  const published = egress.publish(batchOf([record('a', 'one'), record('a', { two: 2 })]));
  expect([await pop('a'), await pop('a'), await pop('a')]).toEqual(['one', '{"two":2}', 404]);
  expect(await published).toBe('2');
  const next = egress.publish(batchOf([record('ü /', 'three')], 2));
  expect(await pop('ü /')).toBe('three');
  expect(await next).toBe('3');
  expect(await pop('nothing')).toBe(404);
  const post = await fetch(`http://127.0.0.1:${egress.port}/a`, { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET']);
  expect(await post.json()).toMatchObject({ code: 'WEIR_EGRESS_METHOD_NOT_ALLOWED' });
});

test('a batch is published when all of it was popped: a restart gives the rest, and none twice', async () => {
  const records = [1, 2, 3, 4].map((n) => record('a', `r${n}`));
  const published = egress.publish(batchOf(records)).catch((error: unknown) => error);
  expect([await pop('a'), await pop('a')]).toEqual(['r1', 'r2']);
  await egress.close();
  expect(await published).toMatchObject({ code: 'WEIR_EGRESS_NOT_OPEN' });
  egress = await start();
  const again = egress.publish(batchOf([...records, record('a', 'r5')]));
  expect([await pop('a'), await pop('a'), await pop('a')]).toEqual(['r3', 'r4', 'r5']);
  expect(await again).toBe('5');
  await egress.close();
  egress = await start();
  expect(await egress.publish(batchOf(records))).toBe('4');
  expect(await pop('a')).toBe(404);
});

test('a topic that nobody reads does not hold up another one, up to the bound (E7)', async () => {
  await egress.close();
  egress = await start(3);
  const batches = [
    [record('a', 'a1'), record('a', 'a2')],
    [record('b', 'b1'), record('a', 'a3')],
    [record('b', 'b2')],
  ];
  let published = 0;
  const publishing = (async () => {
    let sequence = 0;
    for (const batch of batches) {
      await egress.publish(batchOf(batch, sequence));
      sequence += batch.length;
      published++;
    }
  })();
  expect(await pop('b')).toBe('b1');
  // Three records of `a` are in memory now: the bound. The next batch waits, nothing is dropped.
  expect(await pop('b')).toBe(404);
  expect(published).toBe(1);
  expect([await pop('a'), await pop('b')]).toEqual(['a1', 'b2']);
  expect([await pop('a'), await pop('a')]).toEqual(['a2', 'a3']);
  await publishing;
  await until(() => published === 3);
});

test('what is no playground record can never be published', () => {
  const check = (typename: string, text: string) => () => {
    const value = Buffer.from(`<${text}>`);
    egress.validate(typename, value, 1, value.length - 1);
  };
  const coded = (code: string) => expect.objectContaining({ code: `WEIR_EGRESS_${code}` }) as Error;
  expect(check(playgroundRecordType, '{"topic":"a","payload":"x"}')).not.toThrow();
  expect(check('test/other', '{"topic":"a","payload":"x"}')).toThrow(coded('NOT_AN_EGRESS_RECORD'));
  for (const bad of ['', 'null', '{"topic":"a"}', '{"topic":1,"payload":"x"}', '[]']) {
    expect(check(playgroundRecordType, bad)).toThrow(coded('NOT_AN_EGRESS_RECORD'));
  }
  expect(check(playgroundRecordType, '{"topic":"c","payload":"x"}')).toThrow(
    coded('UNKNOWN_TOPIC'),
  );
});

test('a port that is taken is a named error', async () => {
  const { port } = egress;
  const at = { host: '127.0.0.1', port, listenPatienceMs: 0 };
  const other = new PlaygroundEgress({ id: 'test/2', ...at, topics: ['a'] });
  await expect(other.open()).rejects.toThrow(
    expect.objectContaining({ code: 'WEIR_EGRESS_LISTEN_FAILED' }),
  );
});
