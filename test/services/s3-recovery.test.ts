import { describe, expect, test } from 'vitest';
import { listSnapshots } from '#runtime/snapshot/inspect.ts';
import { openSnapshots } from '#runtime/snapshot/open-snapshots.ts';
import { countRecords } from '#runtime/snapshot/records.ts';
import { cutOf } from '../../bench/state-cuts.ts';
import { injected } from '../fault-table/injected.ts';
import { hasS3, S3Server } from './s3-server.ts';

const addresses = 1_000_000;
const ofCut = 50_000;
/** A state value of 100 bytes with its key, expiry and header. */
const recordBytes = 132;
const fingerprint = 'many';

describe.skipIf(!hasS3())('recovery from a real S3 server', () => {
  test('a million addresses come back, each once, and there is never much to replay', async () => {
    const server = await S3Server.start();
    try {
      const url = server.newPlace();
      const writer = openSnapshots(url, { fingerprint });
      await writer.acquire();
      for (let number = 1; number <= addresses / ofCut; number++) {
        await writer.commit(cutOf(number, (number - 1) * ofCut, ofCut, recordBytes));
      }
      // A thousand small ones behind it: compaction keeps the chain short.
      for (let i = 0; i < 1_000; i++) {
        await writer.commit(cutOf(addresses / ofCut + 1 + i, i * 10, 10, recordBytes));
      }
      await writer.close();
      const [current] = (await listSnapshots(url)).rows;
      expect((current?.deltas ?? 0) + (current?.inlined ?? 0)).toBeLessThan(1_000);
      injected(30, addresses);
      const reader = openSnapshots(url, { fingerprint });
      await reader.acquire();
      const found = new Set<string>();
      let records = 0;
      for await (const block of reader.recover()) {
        records += countRecords(block);
        const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
        for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at)) {
          found.add(bytes.latin1Slice(at + 8, at + 24));
        }
      }
      expect(found.size).toBe(addresses);
      expect(records).toBeLessThan(2 * addresses);
      await reader.close();
    } finally {
      await server.stop();
    }
  }, 300_000);
});
