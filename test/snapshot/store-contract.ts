import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SnapshotStore } from '#runtime/ports/snapshot-store.ts';
import { injected } from '../fault-table/injected.ts';

/** One place that holds a state, and clients of it; each test has a place of its own. */
export interface StorePlace {
  /** One more client, as another process would have it. */
  open(): Promise<SnapshotStore>;
  destroy(): Promise<void>;
}

const racers = 32;

/** A name like those that writers give. */
export function objectName(kind: 'delta' | 'manifest', number: number): string {
  return `${kind}/0000000001-${String(number).padStart(16, '0')}-${'ab'.repeat(12)}`;
}

const text = (value: string) => new TextEncoder().encode(value);
const plain = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString();

/** What every `SnapshotStore` must do, whatever it stands on. */
export function storeContract(
  name: string,
  newPlace: () => Promise<StorePlace>,
  /** Of the race for the head. */
  rounds = 10,
): void {
  describe(`${name} keeps the contract of snapshot stores`, () => {
    let place: StorePlace;
    let store: SnapshotStore;

    beforeEach(async () => {
      place = await newPlace();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.destroy();
    });

    test('an empty place has no head, no objects, and missing ones are null', async () => {
      expect(await store.readHead()).toBeNull();
      expect(await store.list('')).toEqual([]);
      expect(await store.get(objectName('delta', 1))).toBeNull();
      await store.remove([objectName('delta', 1)]);
    });

    test('an object is what was put, in pieces or empty, for every client', async () => {
      const large = new Uint8Array(3_000_000).map((_, i) => i * 31);
      await store.put(objectName('delta', 1), [text('a'), new Uint8Array(0), large, text('z')]);
      await store.put(objectName('delta', 2), []);
      const other = await place.open();
      const expected = Buffer.concat([text('a'), large, text('z')]);
      expect(expected.equals((await other.get(objectName('delta', 1))) as Uint8Array)).toBe(true);
      expect((await other.get(objectName('delta', 2)))?.length).toBe(0);
      await other.close();
    });

    test('what a get returns is a buffer of its own, so that it can be transferred', async () => {
      await store.put(objectName('delta', 1), [text('bytes')]);
      const first = (await store.get(objectName('delta', 1))) as Uint8Array;
      expect(first.byteLength).toBe(first.buffer.byteLength);
      structuredClone(first, { transfer: [first.buffer as ArrayBuffer] });
      expect(plain((await store.get(objectName('delta', 1))) as Uint8Array)).toBe('bytes');
    });

    test('an object never changes; the same put again is no error', async () => {
      const name = objectName('delta', 1);
      await store.put(name, [text('first')]);
      await store.put(name, [text('fi'), text('rst')]);
      await expect(store.put(name, [text('other')])).rejects.toThrow(/exists/);
      expect(plain((await store.get(name)) as Uint8Array)).toBe('first');
    });

    test('names outside the layout are refused before anything is touched', async () => {
      const names = ['', '..', '../x', 'head', 'head/x', 'delta/', 'delta/../../x', '/etc/passwd'];
      names.push(`${objectName('delta', 1)}/../x`, `${objectName('delta', 1)}\0`, 'tmp/x');
      for (const name of names) {
        await expect(store.put(name, [text('x')]), name).rejects.toThrow(/not the name/);
        await expect(store.get(name), name).rejects.toThrow(/not the name/);
        await expect(store.remove([name]), name).rejects.toThrow(/not the name/);
      }
      expect(await store.list('')).toEqual([]);
    });

    test('a list is in byte order, by prefix, with sizes and ages', async () => {
      for (const number of [10, 2, 33, 1]) {
        await store.put(objectName('delta', number), [text('x'.repeat(number))]);
      }
      await store.put(objectName('manifest', 1), [text('m')]);
      const listed = await store.list('delta/');
      expect(listed.map((object) => object.name)).toEqual(
        [1, 2, 10, 33].map((number) => objectName('delta', number)),
      );
      expect(listed.map((object) => object.bytes)).toEqual([1, 2, 10, 33]);
      for (const { ageMs } of listed) expect(ageMs).toBeGreaterThanOrEqual(0);
      expect(await store.list('base/')).toEqual([]);
      expect(await store.list('')).toHaveLength(5);
    });

    test('removing takes the named objects and nothing else', async () => {
      for (const number of [1, 2, 3]) await store.put(objectName('delta', number), [text('x')]);
      await store.swapHead(text('head'), null);
      await store.remove([objectName('delta', 1), objectName('delta', 3)]);
      const listed = await store.list('');
      expect(listed.map((object) => object.name)).toEqual([objectName('delta', 2)]);
      expect(plain((await store.readHead())?.body)).toBe('head');
    });

    test('the head changes only from the tag that was read', async () => {
      const other = await place.open();
      const first = await store.swapHead(text('one'), null);
      if (first.outcome !== 'swapped') throw new Error('the first head was refused');
      expect(await other.swapHead(text('rival'), null)).toEqual({ outcome: 'conflict' });
      expect(await other.readHead()).toMatchObject({ tag: first.tag });
      const second = await other.swapHead(text('two'), first.tag);
      if (second.outcome !== 'swapped') throw new Error('a swap on the current tag was refused');
      expect(second.tag).not.toBe(first.tag);
      expect(await store.swapHead(text('late'), first.tag)).toEqual({ outcome: 'conflict' });
      expect(await store.swapHead(text('late'), null)).toEqual({ outcome: 'conflict' });
      const head = await store.readHead();
      expect(plain(head?.body)).toBe('two');
      expect(head?.tag).toBe(second.tag);
      await other.close();
    });

    test('an overtaken tag is refused for good, also after many swaps', async () => {
      const tags: (string | null)[] = [null];
      for (let i = 0; i < 40; i++) {
        const result = await store.swapHead(text(`${i}`), tags.at(-1) as string | null);
        if (result.outcome !== 'swapped') throw new Error('a swap on the current tag was refused');
        tags.push(result.tag);
      }
      for (const tag of tags.slice(0, -1)) {
        expect(await store.swapHead(text('late'), tag)).toEqual({ outcome: 'conflict' });
      }
      expect(plain((await store.readHead())?.body)).toBe('39');
    });

    test(`of ${racers} writers that race, exactly one wins each of ${rounds} rounds`, async () => {
      const clients = await Promise.all([1, 2, 3, 4].map(() => place.open()));
      let tag: string | null = null;
      for (let round = 0; round < rounds; round++) {
        injected(9, racers);
        const expected: string | null = tag;
        const results = await Promise.all(
          Array.from({ length: racers }, (_, racer) =>
            (clients[racer % 4] as SnapshotStore).swapHead(text(`${round}/${racer}`), expected),
          ),
        );
        const winners = results.flatMap((result, racer) =>
          result.outcome === 'swapped' ? [{ racer, tag: result.tag }] : [],
        );
        expect(winners).toHaveLength(1);
        const head = await store.readHead();
        expect(plain(head?.body)).toBe(`${round}/${winners[0]?.racer}`);
        expect(head?.tag).toBe(winners[0]?.tag);
        tag = head?.tag ?? null;
      }
      await Promise.all(clients.map((client) => client.close()));
    });

    test('a head that is read while it is replaced is whole, and never goes back', async () => {
      const versions = 60;
      let done = false;
      const readers = [1, 2, 3].map(async () => {
        const client = await place.open();
        let latest = 0;
        for (let reads = 0; !done || reads === 0; reads++) {
          const body = (await client.readHead())?.body;
          if (body === undefined) continue;
          expect(body.length).toBe(100_000);
          expect(Buffer.alloc(100_000, body[0]).equals(body)).toBe(true);
          expect(body[0]).toBeGreaterThanOrEqual(latest);
          latest = body[0] as number;
        }
        await client.close();
        return latest;
      });
      let tag: string | null = null;
      for (let version = 1; version <= versions; version++) {
        const result = await store.swapHead(new Uint8Array(100_000).fill(version), tag);
        if (result.outcome !== 'swapped') throw new Error(`version ${version} was refused`);
        tag = result.tag;
      }
      done = true;
      for (const latest of await Promise.all(readers)) expect(latest).toBeLessThanOrEqual(versions);
    });
  });
}
