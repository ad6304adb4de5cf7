import { globalGroup, keyGroups } from '../ports/cut.ts';
import type { Random } from '../ports/clock.ts';
import { snapshotErrors } from './errors.ts';

/**
 * Names of the immutable objects. Epoch and sequence are padded, so that the byte order of names
 * is the order of writing; the random part makes names unique even among writers that do not know
 * of each other, so that no name is ever used twice.
 *
 *     delta/<epoch>-<sequence>-<id>           a segment: the changes of some cuts
 *     manifest/<epoch>-<sequence>-<id>        what makes up the state up to a cut
 *     base/<group>-<epoch>-<sequence>-<id>    a segment: all of one key group up to a cut
 */
export const objectKinds = ['delta', 'manifest', 'base'] as const;
export type ObjectKind = (typeof objectKinds)[number];

// Exact, so that a tampered manifest can't make anybody read or delete outside the layout.
const namePattern = /^(?:(?:delta|manifest)\/|base\/(\d{3})-)(\d{10})-(\d{16})-[0-9a-f]{24}$/;

export function newObjectName(
  kind: ObjectKind,
  at: { readonly epoch: number; readonly sequence: number },
  random: Random,
  group?: number,
): string {
  const prefix = group === undefined ? '' : `${String(group).padStart(3, '0')}-`;
  const epoch = String(at.epoch).padStart(10, '0');
  const sequence = String(at.sequence).padStart(16, '0');
  return `${kind}/${prefix}${epoch}-${sequence}-${random.hex(12)}`;
}

export function isObjectName(name: string, kind?: ObjectKind): boolean {
  const match = namePattern.exec(name);
  if (match === null || (kind !== undefined && !name.startsWith(`${kind}/`))) return false;
  const group = match[1];
  return group === undefined || Number(group) < keyGroups || Number(group) === globalGroup;
}

/** Throws `INVALID_NAME`; stores call it before they touch anything. */
export function checkObjectName(name: string): void {
  if (!isObjectName(name)) {
    const shown = JSON.stringify(name.slice(0, 120));
    throw snapshotErrors.INVALID_NAME(`${shown} is not the name of a snapshot object`);
  }
}

/** The epoch of the writer that made the object, and the cut it was made for or after. */
export function positionOf(name: string): { readonly epoch: number; readonly sequence: number } {
  checkObjectName(name);
  const match = namePattern.exec(name) as RegExpExecArray;
  return { epoch: Number(match[2]), sequence: Number(match[3]) };
}
