import { noUsage } from '#runtime/ports/store-usage.ts';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { WeirError } from '#protocol/errors.ts';
import { decodeHead, encodeHead, type HeadState } from '#runtime/snapshot/head.ts';
import { decodeManifest, encodeManifest, type Manifest } from '#runtime/snapshot/manifest.ts';
import { isObjectName } from '#runtime/snapshot/object-names.ts';
import { countRecords } from '#runtime/snapshot/records.ts';
import { decodeSegment, encodeSegment } from '#runtime/snapshot/segment.ts';
import { encodeRecord, randomChanges } from './cuts.ts';
import { seededRandom } from './seeded.ts';
import { injected } from '../fault-table/injected.ts';
import { limitMs, tries } from '../fault-table/tries.ts';

const inputs = tries(100_000, 10_000_000);
const limit = limitMs(60_000, 100_000, inputs);
const sha256 = 'ab'.repeat(32);
const name = (kind: string, group = '') =>
  `${kind}/${group}0000000001-0000000000000001-${'cd'.repeat(12)}`;
const random = seededRandom(5);
const below = (n: number) => Math.floor(random() * n);

const log = () => Buffer.concat(randomChanges(random, 6, 5).map(encodeRecord));
const manifestRef = { name: name('manifest'), bytes: 10, sha256, sequence: 3 };
const manifest: Manifest = {
  lineage: 'l',
  epoch: 2,
  sequence: 5,
  takenAt: 1,
  baseSequence: 3,
  bases: [{ group: 7, name: name('base', '007-'), bytes: 5, sha256 }],
  deltas: [{ name: name('delta'), bytes: 9, sha256, firstSequence: 4, lastSequence: 5 }],
  retained: [manifestRef],
};
const head: HeadState = {
  fingerprint: 'app',
  lineage: 'l',
  epoch: 2,
  sequence: 5,
  takenAt: 1,
  commitId: 'c',
  manifest: manifestRef,
  inline: [4, 5].map((sequence) => ({ sequence, takenAt: 1, records: new Uint8Array(log()) })),
  owner: null,
  usage: noUsage,
};

/** Flips, overwrites, inserts, removes, repeats or cuts off bytes, in one to four places. */
function mutate(body: Buffer): Buffer {
  let mutated: Buffer = Buffer.from(body);
  for (let edits = 1 + below(4); edits > 0; edits--) {
    const at = below(mutated.length + 1);
    const draw = below(6);
    if (draw === 0) mutated = mutated.subarray(0, at);
    else if (draw === 1) mutated = splice(mutated, at, 1 + below(8), Buffer.alloc(0));
    else if (draw === 2) mutated = splice(mutated, at, 0, Buffer.alloc(1 + below(8), below(256)));
    else if (draw === 3) mutated = splice(mutated, at, 0, mutated.subarray(at, at + below(64)));
    else if (draw === 4 && at + 4 <= mutated.length) mutated.writeUInt32LE(below(2 ** 32), at);
    else if (at < mutated.length) mutated[at] = (mutated[at] as number) ^ (1 << below(8));
  }
  return mutated;
}

function splice(body: Buffer, at: number, removed: number, inserted: Buffer): Buffer {
  return Buffer.concat([body.subarray(0, at), inserted, body.subarray(at + removed)]);
}

/** With the checksum made right, so that what lies behind it is reached. */
function withChecksum(body: Buffer): Buffer {
  const content = body.subarray(0, Math.max(0, body.length - 32));
  return Buffer.concat([content, createHash('sha256').update(content).digest()]);
}

/** A value that `check` finds right, or an error with a code of this room. */
function attempt<T>(decode: () => T, check: (value: T) => void): boolean {
  let value: T;
  try {
    value = decode();
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    expect(error.code).toMatch(/^WEIR_SNAPSHOT_(CORRUPT_OBJECT|UNSUPPORTED_FORMAT)$/);
    return false;
  }
  check(value);
  return true;
}

test(
  `${inputs} mutated segments: their records or an error with a name`,
  () => {
    injected(31, inputs);
    const body = Buffer.concat(encodeSegment([log(), log()]).chunks);
    const check = (block: Uint8Array) => expect(countRecords(block)).toBeGreaterThan(0);
    let good = 0;
    for (let i = 0; i < inputs; i++) {
      const mutated = mutate(body);
      const read = () => decodeSegment(mutated, 'delta/x');
      if (attempt(read, (blocks) => blocks.forEach((block) => check(block)))) good++;
    }
    // Some mutations change nothing; hardly any other may pass.
    expect(good).toBeLessThan(inputs / 50);
  },
  limit,
);

test(
  `${inputs} mutated heads: a head or an error with a name`,
  () => {
    injected(31, inputs);
    const body = Buffer.from(encodeHead(head));
    let good = 0;
    for (let i = 0; i < inputs; i++) {
      const mutated = i % 2 === 0 ? mutate(body) : withChecksum(mutate(body));
      const passed = attempt(
        () => decodeHead(mutated),
        (state) => {
          for (const { records } of state.inline) expect(countRecords(records)).toBeGreaterThan(-1);
          if (state.manifest !== null) expect(isObjectName(state.manifest.name)).toBe(true);
          expect(state.sequence).toBeGreaterThanOrEqual(0);
        },
      );
      if (passed) good++;
    }
    expect(good).toBeGreaterThan(0);
  },
  limit,
);

test(
  `${inputs} mutated manifests: a manifest within the layout or an error with a name`,
  () => {
    injected(31, inputs);
    const body = Buffer.concat(encodeManifest(manifest).chunks);
    let good = 0;
    for (let i = 0; i < inputs; i++) {
      const mutated = mutate(body);
      const passed = attempt(
        () => decodeManifest(mutated, 'manifest/x'),
        ({ bases, deltas, retained }) => {
          for (const ref of [...bases, ...deltas, ...retained]) {
            if (!isObjectName(ref.name)) expect.fail(`${ref.name} is outside the layout`);
          }
        },
      );
      if (passed) good++;
    }
    expect(good).toBeGreaterThan(0);
  },
  limit,
);

test('a manifest or head that names what lies outside the layout is refused', () => {
  const evil = ['../../etc/passwd', 'delta/../../x', 'head', `${name('delta')}\n`, '__proto__'];
  for (const evilName of evil) {
    const delta = { ...(manifest.deltas[0] as Manifest['deltas'][0]), name: evilName };
    const body = Buffer.concat(encodeManifest({ ...manifest, deltas: [delta] }).chunks);
    expect(() => decodeManifest(body, 'manifest/x')).toThrow(/damaged/);
    const evilHead = { ...head, manifest: { ...manifestRef, name: evilName } };
    expect(() => decodeHead(encodeHead(evilHead))).toThrow(/damaged/);
  }
  const wrongKind = { ...head, manifest: { ...manifestRef, name: name('delta') } };
  expect(() => decodeHead(encodeHead(wrongKind))).toThrow(/damaged/);
});

test('a newer format is told from damage', () => {
  const body = Buffer.from('{"formatVersion": 2, "somethingNew": true}');
  expect(() => decodeManifest(body, 'manifest/x')).toThrow(/format 2/);
  const segment = Buffer.concat(encodeSegment([log()]).chunks);
  segment.writeUInt32LE(7, 8);
  expect(() => decodeSegment(segment, 'delta/x')).toThrow(/format 7/);
});

test('what is encoded is decoded', () => {
  expect(decodeHead(new Uint8Array(encodeHead(head)))).toEqual(head);
  expect(decodeManifest(Buffer.concat(encodeManifest(manifest).chunks), 'm')).toEqual(manifest);
  const blocks = [log(), Buffer.alloc(0), log()];
  const decoded = decodeSegment(Buffer.concat(encodeSegment(blocks).chunks), 's');
  expect(Buffer.concat(decoded).equals(Buffer.concat(blocks))).toBe(true);
});
