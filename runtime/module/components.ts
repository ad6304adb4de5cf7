import { Fields } from './fields.ts';
import { kinds } from './kinds.ts';
import { knownKind } from './known-kind.ts';
import { legacyComponents } from './legacy.ts';
import { mapping, type RawComponent, type Reading } from './reading.ts';
import type { DocumentTree, MapTree } from './tree.ts';

/**
 * The components of a module file in either format: documents with `kind` and `spec`, or one
 * document with `version: "3.0"` and `module`. Each is given to `take` while the reading stands
 * at its document.
 */
export function eachComponent(
  documents: readonly DocumentTree[],
  reading: Reading,
  take: (raw: RawComponent) => void,
): void {
  const filled = documents.filter(({ root }) => root !== null);
  for (const { root, damaged } of filled) {
    reading.damaged = damaged;
    const map = mapping(root!, 'the document', reading);
    if (map === undefined) continue;
    if (!isLegacy(map)) {
      readComponent(map, reading, take);
      continue;
    }
    if (filled.length > 1) {
      const message = 'a module of version 3.0 is not alone in its file';
      reading.mistakes.add('FORMAT', map.at, message, { expected: 'one document' });
    }
    legacyComponents(map, reading, take);
  }
}

function isLegacy(map: MapTree): boolean {
  if (map.entries.has('kind') || map.entries.has('spec')) return false;
  return map.entries.has('module') || map.entries.has('version');
}

function readComponent(map: MapTree, reading: Reading, take: (raw: RawComponent) => void): void {
  const fields = new Fields(map, 'the document', ['kind', 'spec'], reading);
  const kindNode = fields.node('kind');
  const kind = fields.required('kind', knownKind(kinds.keys()));
  const spec = fields.required('spec', mapping);
  if (kind === undefined || spec === undefined) return;
  take({ kind, at: kindNode!.at, spec });
}
