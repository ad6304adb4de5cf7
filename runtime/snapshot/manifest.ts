import { z } from 'zod';
import { globalGroup, keyGroups } from '../ports/cut.ts';
import { snapshotErrors } from './errors.ts';
import { isObjectName } from './object-names.ts';
import { corrupt, describe, type EncodedObject, type ObjectRef } from './segment.ts';

export const manifestVersion = 1;
/** Of a manifest; far above any that is written (129 bases, 1,000 deltas). */
const manifestBytesMax = 4 * 1024 * 1024;

/** All of one key group up to a cut. */
export interface BaseRef extends ObjectRef {
  readonly group: number;
}

/** The changes of the cuts `firstSequence` to `lastSequence`. */
export interface DeltaRef extends ObjectRef {
  readonly firstSequence: number;
  readonly lastSequence: number;
}

export interface ManifestRef extends ObjectRef {
  /** The last cut that the manifest covers. */
  readonly sequence: number;
}

/** What makes up the state up to the cut `sequence`: the bases, and the deltas after them. */
export interface Manifest {
  readonly lineage: string;
  readonly epoch: number;
  readonly sequence: number;
  readonly takenAt: number;
  /** The cut up to which the bases go; 0 without a base. */
  readonly baseSequence: number;
  readonly bases: readonly BaseRef[];
  /** Without gap from `baseSequence` + 1 to `sequence`. */
  readonly deltas: readonly DeltaRef[];
  /** Earlier manifests that stay readable, newest first. */
  readonly retained: readonly ManifestRef[];
}

const count = z.int().nonnegative();
const objectShape = { bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) };
const nameOf = (kind: 'delta' | 'manifest' | 'base') =>
  z.string().refine((name) => isObjectName(name, kind), { error: 'not an object name' });

export const manifestRefSchema = z.strictObject({
  name: nameOf('manifest'),
  ...objectShape,
  sequence: count,
});

const schema = z.strictObject({
  formatVersion: z.literal(manifestVersion),
  lineage: z.string().min(1).max(64),
  epoch: count.positive(),
  sequence: count,
  takenAt: z.number(),
  baseSequence: count,
  bases: z
    .array(z.strictObject({ name: nameOf('base'), ...objectShape, group: count }))
    .max(keyGroups + 1),
  deltas: z.array(
    z.strictObject({
      name: nameOf('delta'),
      ...objectShape,
      firstSequence: count,
      lastSequence: count,
    }),
  ),
  retained: z.array(manifestRefSchema).max(1_000),
});

export function encodeManifest(manifest: Manifest): EncodedObject {
  const json = JSON.stringify({ formatVersion: manifestVersion, ...manifest });
  return describe([Buffer.from(json)]);
}

/** Throws `CORRUPT_OBJECT` or `UNSUPPORTED_FORMAT`; object names outside the layout are refused. */
export function decodeManifest(body: Uint8Array, name: string): Manifest {
  if (body.length > manifestBytesMax) throw corrupt(name, 'it is too large for a manifest');
  const json = parseJson(body, name);
  checkVersion(json, manifestVersion, name, 'a manifest');
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw corrupt(name, firstIssue(parsed.error));
  const { lineage, epoch, sequence, takenAt, baseSequence, bases, deltas, retained } = parsed.data;
  const manifest = { lineage, epoch, sequence, takenAt, baseSequence, bases, deltas, retained };
  checkOrder(manifest, name);
  return manifest;
}

/** Parses JSON that a checksum covers or not; anything malformed is `CORRUPT_OBJECT`. */
export function parseJson(body: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    throw corrupt(name, 'it is not JSON');
  }
}

/** Tells a newer format from damage, before anything else is looked at. */
export function checkVersion(json: unknown, known: number, name: string, what: string): void {
  const version = (json as { formatVersion?: unknown } | null)?.formatVersion;
  if (typeof version === 'number' && Number.isInteger(version) && version > known) {
    throw snapshotErrors.UNSUPPORTED_FORMAT(`${name} is ${what} of format ${version}`);
  }
}

export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`;
}

function checkOrder(manifest: Manifest, name: string): void {
  const groups = new Set<number>();
  for (const { group } of manifest.bases) {
    if (groups.has(group) || (group >= keyGroups && group !== globalGroup)) {
      throw corrupt(name, `group ${group} does not belong there`);
    }
    groups.add(group);
  }
  let next = manifest.baseSequence + 1;
  for (const delta of manifest.deltas) {
    if (delta.firstSequence !== next || delta.lastSequence < delta.firstSequence) {
      throw corrupt(name, `cut ${next} is missing in its deltas`);
    }
    next = delta.lastSequence + 1;
  }
  if (next !== manifest.sequence + 1) throw corrupt(name, `cut ${next} is missing in its deltas`);
}
