import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { WeirError } from '#protocol/errors.ts';
import { snapshotErrors } from './errors.ts';
import { countRecords } from './records.ts';

/*
 * A segment object, little endian:
 *
 *     header   "WEIRSEG\n" | u32 format version
 *     block    u32 length (> 0) | u32 CRC-32 of the bytes | bytes: whole records
 *     …
 *     footer   u32 0 | u32 blocks | f64 bytes of all blocks | u32 format version | "WEIREND\n"
 *
 * The manifest holds the SHA-256 of the whole object; the CRC of a block tells where the damage is.
 */
const magic = Buffer.from('WEIRSEG\n', 'latin1');
const endMagic = Buffer.from('WEIREND\n', 'latin1');
export const segmentVersion = 2;
const headerBytes = 12;
const blockHeaderBytes = 8;
const footerBytes = 28;

/** An immutable object as the one that points to it knows it. */
export interface ObjectRef {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of the whole object, hex. */
  readonly sha256: string;
}

export interface EncodedObject {
  readonly chunks: readonly Uint8Array[];
  readonly bytes: number;
  readonly sha256: string;
}

/** Encodes blocks of whole records without copying them. Empty blocks are left out. */
export function encodeSegment(blocks: readonly Uint8Array[]): EncodedObject {
  const chunks: Uint8Array[] = [];
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32LE(segmentVersion, 8);
  chunks.push(header);
  let blockCount = 0;
  let blockBytes = 0;
  for (const block of blocks) {
    if (block.length === 0) continue;
    const blockHeader = Buffer.alloc(blockHeaderBytes);
    blockHeader.writeUInt32LE(block.length, 0);
    blockHeader.writeUInt32LE(crc32(block), 4);
    chunks.push(blockHeader, block);
    blockCount++;
    blockBytes += block.length;
  }
  const footer = Buffer.alloc(footerBytes);
  footer.writeUInt32LE(blockCount, 4);
  footer.writeDoubleLE(blockBytes, 8);
  footer.writeUInt32LE(segmentVersion, 16);
  endMagic.copy(footer, 20);
  chunks.push(footer);
  return describe(chunks);
}

/** Length and SHA-256 of an object in pieces. */
export function describe(chunks: readonly Uint8Array[]): EncodedObject {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { chunks, bytes, sha256: hash.digest('hex') };
}

/** Throws `CORRUPT_OBJECT` unless `body` is byte for byte the object that `ref` points to. */
export function verifyObject(body: Uint8Array, ref: ObjectRef): void {
  if (body.length !== ref.bytes) {
    throw corrupt(ref.name, `it has ${body.length} bytes instead of ${ref.bytes}`);
  }
  const sha256 = createHash('sha256').update(body).digest('hex');
  if (sha256 === ref.sha256) return;
  throw corrupt(ref.name, `its SHA-256 is ${sha256} instead of ${ref.sha256}`);
}

/**
 * The blocks of a segment as views into `body`, after all its checks. Throws `CORRUPT_OBJECT` or
 * `UNSUPPORTED_FORMAT`. A block that the object holds is whole, well-formed records.
 */
export function decodeSegment(body: Uint8Array, name: string): Uint8Array[] {
  const view = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (view.length < headerBytes + footerBytes || !view.subarray(0, 8).equals(magic)) {
    throw corrupt(name, 'it does not begin like a segment');
  }
  const version = view.readUInt32LE(8);
  // Earlier ones differ only in what records can hold.
  if (version < 1 || version > segmentVersion) {
    throw snapshotErrors.UNSUPPORTED_FORMAT(`${name} is a segment of format ${version}`);
  }
  const end = view.length - footerBytes;
  const blocks: Uint8Array[] = [];
  let at = headerBytes;
  let blockBytes = 0;
  while (at < end) {
    if (at + blockHeaderBytes > end) throw corrupt(name, `block ${blocks.length} is cut off`);
    const length = view.readUInt32LE(at);
    const checksum = view.readUInt32LE(at + 4);
    at += blockHeaderBytes;
    if (length === 0 || length > end - at) {
      throw corrupt(name, `block ${blocks.length} does not fit`);
    }
    const block = body.subarray(at, at + length);
    if (crc32(block) !== checksum) throw corrupt(name, `block ${blocks.length} has a wrong CRC`);
    if (countRecords(block) < 0) throw corrupt(name, `block ${blocks.length} is not whole records`);
    blocks.push(block);
    blockBytes += length;
    at += length;
  }
  checkFooter(view.subarray(end), version, blocks.length, blockBytes, name);
  return blocks;
}

function checkFooter(
  footer: Buffer,
  version: number,
  blocks: number,
  blockBytes: number,
  name: string,
): void {
  const good =
    footer.readUInt32LE(0) === 0 &&
    footer.readUInt32LE(4) === blocks &&
    footer.readDoubleLE(8) === blockBytes &&
    footer.readUInt32LE(16) === version &&
    footer.subarray(20).equals(endMagic);
  if (!good) throw corrupt(name, 'its footer does not match its blocks');
}

export function corrupt(name: string, what: string): WeirError {
  return snapshotErrors.CORRUPT_OBJECT(`${name} is damaged: ${what}`);
}
