import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Owner } from '../ports/snapshots.ts';
import { noUsage, type StoreUsage } from '../ports/store-usage.ts';
import { snapshotErrors } from './errors.ts';
import { checkVersion, firstIssue, manifestRefSchema, parseJson } from './manifest.ts';
import type { ManifestRef } from './manifest.ts';
import { countRecords } from './records.ts';
import { corrupt } from './segment.ts';

/*
 * The head, little endian:
 *
 *     "WEIRHEAD" | u32 format version | u32 length of the JSON | JSON | records of the inlined cuts
 *     | SHA-256 of all before (32 bytes)
 */
const magic = Buffer.from('WEIRHEAD', 'latin1');
export const headVersion = 3;
const prefixBytes = 16;
const hashBytes = 32;
export const headName = 'head';

/** A cut that travels in the head itself. */
export interface InlineCut {
  readonly sequence: number;
  readonly takenAt: number;
  /** Whole records. */
  readonly records: Uint8Array;
}

/** Which cut is current and who may write the next one (E5). */
export interface HeadState {
  readonly fingerprint: string;
  readonly lineage: string;
  readonly epoch: number;
  /** The last committed cut. */
  readonly sequence: number;
  /** Wall-clock milliseconds at which that cut was taken; 0 before the first. */
  readonly takenAt: number;
  /** Random, another one in every head ever written: it tells whose write arrived. */
  readonly commitId: string;
  readonly manifest: ManifestRef | null;
  /** The cuts after the manifest's, without gap up to `sequence`. */
  readonly inline: readonly InlineCut[];
  /** Null once the writer stopped in good order. */
  readonly owner: Owner | null;
  /**
   * What all writers of this state have asked the store for, up to when this head was written.
   * Nothing in format 1.
   */
  readonly usage: StoreUsage;
}

const count = z.int().nonnegative();
const usageSchema = z.strictObject({
  ...{ writes: count, reads: count, lists: count, removes: count },
  ...{ bytesWritten: count, bytesRead: count },
});
const schema = z.strictObject({
  formatVersion: z.literal([1, 2, headVersion]),
  fingerprint: z.string().max(4_096),
  lineage: z.string().min(1).max(64),
  epoch: count.positive(),
  sequence: count,
  takenAt: z.number(),
  commitId: z.string().min(1).max(64),
  manifest: manifestRefSchema.nullable(),
  inline: z.array(z.strictObject({ sequence: count, takenAt: z.number(), bytes: count })),
  owner: z
    .strictObject({
      host: z.string().max(512),
      hostname: z.string().max(512),
      pid: count,
      processStart: z.string().max(64),
      leaseMs: z.number().positive(),
      heartbeatAt: z.number(),
    })
    .nullable(),
  usage: usageSchema.optional(),
});

export function encodeHead(head: HeadState): Uint8Array {
  const inline = head.inline.map(({ sequence, takenAt, records }) => ({
    sequence,
    takenAt,
    bytes: records.length,
  }));
  const json = Buffer.from(JSON.stringify({ formatVersion: headVersion, ...head, inline }));
  const prefix = Buffer.alloc(prefixBytes);
  magic.copy(prefix);
  prefix.writeUInt32LE(headVersion, 8);
  prefix.writeUInt32LE(json.length, 12);
  const body = Buffer.concat([prefix, json, ...head.inline.map((cut) => cut.records)]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

/** Throws `CORRUPT_OBJECT` or `UNSUPPORTED_FORMAT`; never takes a damaged head for an empty one. */
export function decodeHead(body: Uint8Array): HeadState {
  const view = Buffer.from(body.buffer, body.byteOffset, body.length);
  if (view.length < prefixBytes + hashBytes || !view.subarray(0, 8).equals(magic)) {
    throw corrupt(headName, 'it does not begin like a head');
  }
  const version = view.readUInt32LE(8);
  if (version > headVersion) {
    throw snapshotErrors.UNSUPPORTED_FORMAT(`the head is of format ${version}`);
  }
  const end = view.length - hashBytes;
  const hash = createHash('sha256').update(view.subarray(0, end)).digest();
  if (!hash.equals(view.subarray(end))) throw corrupt(headName, 'its SHA-256 is wrong');
  const jsonEnd = prefixBytes + view.readUInt32LE(12);
  if (jsonEnd > end) throw corrupt(headName, 'its length is wrong');
  const json = parseJson(view.subarray(prefixBytes, jsonEnd), headName);
  checkVersion(json, headVersion, headName, 'a head');
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw corrupt(headName, firstIssue(parsed.error));
  const { fingerprint, lineage, epoch, sequence, takenAt, commitId, manifest, owner } = parsed.data;
  const inline = sliceInline(body.subarray(jsonEnd, end), parsed.data);
  const usage = parsed.data.usage ?? noUsage;
  const cut = { sequence, takenAt, commitId, manifest, inline };
  return { fingerprint, lineage, epoch, ...cut, owner, usage };
}

function sliceInline(bytes: Uint8Array, head: z.infer<typeof schema>): InlineCut[] {
  let next = (head.manifest?.sequence ?? 0) + 1;
  let at = 0;
  const inline: InlineCut[] = [];
  for (const cut of head.inline) {
    const records = bytes.subarray(at, at + cut.bytes);
    if (cut.sequence !== next || records.length !== cut.bytes || countRecords(records) < 0) {
      throw corrupt(headName, `cut ${next} in it is malformed`);
    }
    inline.push({ sequence: cut.sequence, takenAt: cut.takenAt, records });
    at += cut.bytes;
    next++;
  }
  if (at !== bytes.length || next !== head.sequence + 1) {
    throw corrupt(headName, `cut ${next} is missing in it`);
  }
  return inline;
}
