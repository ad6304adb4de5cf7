import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { CompressionCodecs, CompressionTypes } from '#runtime/kafka/kafkajs.ts';

const bomb = Buffer.alloc(300 << 20);

test.each([
  ['gzip', CompressionTypes.GZIP, gzipSync],
  ['zstd', CompressionTypes.ZSTD, zstdCompressSync],
] as const)('a decompression bomb in a batch (%s) is refused', async (_name, type, compress) => {
  const codec = (CompressionCodecs[type] as () => Codec)();
  const small = compress(bomb);
  expect(small.length).toBeLessThan(1 << 20);
  await expect(codec.decompress(small)).rejects.toThrow(/larger than/);
  const fine = await codec.decompress(await codec.compress({ buffer: Buffer.from('records') }));
  expect(fine.toString()).toBe('records');
});

interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}
