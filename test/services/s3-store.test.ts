import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#runtime/ports/system-clock.ts';
import { S3Store } from '#runtime/snapshot/s3-store.ts';
import { objectName, storeContract } from '../snapshot/store-contract.ts';
import { hasS3, S3Server, type S3Kind } from './s3-server.ts';

const text = (value: string) => new TextEncoder().encode(value);

const kinds: readonly S3Kind[] = ['versitygw', 'moto'];

describe.skipIf(!hasS3()).each(kinds.filter(hasS3))('%s', (kind) => {
  let server: S3Server;
  beforeAll(async () => {
    server = await S3Server.start(kind);
  });
  afterAll(() => server.stop());

  storeContract(
    `S3 (${kind})`,
    async () => {
      const url = server.newPlace();
      return { open: async () => S3Store.of(url, systemClock), destroy: async () => undefined };
    },
    100,
  );

  test('an object of many ranges is read whole, and an empty one is empty', async () => {
    const store = S3Store.of(server.newPlace(), systemClock);
    const large = Buffer.alloc(20_000_003);
    for (let i = 0; i < large.length; i += 4)
      large.writeUInt32LE(i * 7, Math.min(i, large.length - 4));
    await store.put(objectName('delta', 1), [large]);
    await store.put(objectName('delta', 2), [new Uint8Array(0)]);
    const before = store.usage;
    const read = await store.get(objectName('delta', 1));
    expect(Buffer.compare(read as Uint8Array, large)).toBe(0);
    expect(store.usage.reads - before.reads).toBe(3);
    expect(store.usage.bytesRead - before.bytesRead).toBe(large.length);
    expect((await store.get(objectName('delta', 2)))?.length).toBe(0);
    await store.close();
  });

  test('the list goes over pages, and knows ages by the clock of the store', async () => {
    const hour = 3_600_000;
    const late = { ...systemClock, now: () => systemClock.now() + hour };
    const store = S3Store.of(server.newPlace(), late);
    const names = Array.from({ length: 1_050 }, (_, i) => objectName('delta', i));
    for (let i = 0; i < names.length; i += 50) {
      await Promise.all(names.slice(i, i + 50).map((name) => store.put(name, [text(name)])));
    }
    const listed = await store.list('');
    expect(listed.map(({ name }) => name)).toEqual(names);
    for (const { ageMs } of listed) expect(ageMs).toBeLessThan(hour / 2);
    await store.remove(names);
    expect(await store.list('')).toEqual([]);
    await store.close();
  });

  test('a bucket that is not there is an error, never an empty state', async () => {
    const store = S3Store.of(`s3://nowhere/x?endpoint=${server.endpoint}`, systemClock);
    for (const action of [
      () => store.readHead(),
      () => store.swapHead(text('x'), null),
      () => store.list(''),
      () => store.get(objectName('delta', 1)),
    ]) {
      await expect(action()).rejects.toMatchObject({
        code: 'WEIR_SNAPSHOT_STORE_FAILED',
        message: expect.stringContaining('NoSuchBucket') as string,
      });
    }
    await store.close();
  });
});
