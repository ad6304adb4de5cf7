/**
 * kafkajs, as this room uses it: with mends that are loaded before anything else of it is.
 *
 * 1. Version 2.2.4 delivers records of aborted transactions to read-committed consumers where the
 *    transactions of several producers interleave in a partition. It takes the broker's list of
 *    aborted transactions for sorted, and enters at most one of them per record. Its filter is
 *    replaced, for exactly this version: another one must show in the tests whether it needs that.
 * 2. It groups messages by partition in time that grows with the square of their number; replaced
 *    for the same version.
 * 3. zstd, by Node's own zlib; the client has only gzip, whose output nothing bounds.
 */
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import type * as kafkajs from 'kafkajs';
import { withoutAborted } from './aborted-records.ts';
import { byPartition } from './partitions.ts';

const mendedVersion = '2.2.4';

const load = createRequire(import.meta.url);

function mended(): typeof kafkajs {
  const { version } = load('kafkajs/package.json') as { readonly version: string };
  if (version === mendedVersion) {
    if (load.cache[load.resolve('kafkajs/src/consumer/batch.js')] !== undefined) {
      throw new Error('kafkajs was loaded before its filter of aborted records was mended');
    }
    replace('consumer/filterAbortedMessages.js', withoutAborted);
    replace('producer/groupMessagesPerPartition.js', byPartition);
  }
  return load('kafkajs') as typeof kafkajs;
}

function replace(part: string, by: unknown): void {
  const path = load.resolve(`kafkajs/src/${part}`);
  load(path);
  const entry = load.cache[path];
  if (entry === undefined) throw new Error(`${part} of kafkajs is elsewhere`);
  entry.exports = by;
}

export const { Kafka, Partitioners, CompressionTypes, CompressionCodecs, logLevel } = mended();

/** The body of a request that the client does not know, in the form in which it sends bodies. */
export function encoderOf(body: Buffer): object {
  const Encoder = load('kafkajs/src/protocol/encoder.js') as new () => {
    writeBuffer(bytes: Buffer): object;
  };
  return new Encoder().writeBuffer(body);
}

/** A batch that decompresses to more is a bomb. */
const batchBytesMax = 256 * 1024 * 1024;
const bounded = { maxOutputLength: batchBytesMax };
const zstd = [promisify(zstdCompress), promisify(zstdDecompress)] as const;
const gzipped = [promisify(gzip), promisify(gunzip)] as const;
for (const [type, [compress, decompress]] of [
  [CompressionTypes.ZSTD, zstd],
  [CompressionTypes.GZIP, gzipped],
] as const) {
  CompressionCodecs[type] = () => ({
    compress: ({ buffer }: { readonly buffer: Buffer }) => compress(buffer),
    decompress: (buffer: Buffer) => decompress(buffer, bounded),
  });
}
