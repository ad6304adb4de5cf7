import { Fields } from '../fields.ts';
import {
  listOf,
  mapping,
  shown,
  whole,
  type RawComponent,
  type Read,
  type Reading,
} from '../reading.ts';
import type { FileEgressSpec, FileIngressSpec } from '../spec.ts';
import { integer, jsonPointer, path, targets, truth, typeName, typePattern } from '../values.ts';
import { egressId, ingressId } from './identity.ts';
import { deadLetter, deadLetterKey } from './policy.ts';

const fileBytesDefault = 64 * 2 ** 20;

const pointerKey: Read<{ pointer: string }> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['pointer'], reading);
  return whole<{ pointer: string }>({ pointer: fields.required('pointer', jsonPointer) });
};

/** `weir.file.v1/ingress`. */
export function fileIngress(raw: RawComponent, reading: Reading): FileIngressSpec | undefined {
  const keys = [
    'id',
    'path',
    'key',
    'valueType',
    'targets',
    'follow',
    'removeConsumed',
    deadLetterKey,
  ];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  const source = fields.required('path', path);
  const folder = source === undefined ? undefined : isFolder(source, reading);
  const removeConsumed = fields.optional('removeConsumed', false, truth);
  if (removeConsumed === true) folderOnly('removeConsumed', folder, fields, reading);
  return whole<FileIngressSpec>({
    kind: 'weir.file.v1/ingress',
    line: raw.at.line,
    id: fields.required('id', ingressId),
    path: source,
    folder,
    key: fields.required('key', pointerKey),
    valueType: fields.required('valueType', typeName),
    targets: fields.required('targets', targets),
    follow: fields.optional('follow', true, truth),
    removeConsumed,
    deadLetter: fields.optional(deadLetterKey, null, deadLetter),
  });
}

/** `weir.file.v1/egress`. */
export function fileEgress(raw: RawComponent, reading: Reading): FileEgressSpec | undefined {
  const keys = ['id', 'path', 'jsonTypes', 'maxFileBytes', 'retainBytes'];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  const destination = fields.required('path', path);
  const folder = destination === undefined ? undefined : isFolder(destination, reading);
  if (destination !== undefined) {
    const node = fields.node('path')!;
    const claim = { at: node.at, shown: shown(node), path: destination };
    reading.facts.egressPaths.push(claim);
  }
  for (const key of ['maxFileBytes', 'retainBytes']) {
    if (fields.has(key)) folderOnly(key, folder, fields, reading);
  }
  return whole<FileEgressSpec>({
    kind: 'weir.file.v1/egress',
    line: raw.at.line,
    id: fields.required('id', egressId),
    path: destination,
    folder,
    jsonTypes: fields.optional('jsonTypes', [], listOf(typePattern)),
    maxFileBytes: fields.optional('maxFileBytes', fileBytesDefault, integer(1)),
    retainBytes: fields.optional('retainBytes', null, integer(0)),
  });
}

function isFolder(path: string, reading: Reading): boolean {
  return path.endsWith('/') || reading.isFolder(path);
}

function folderOnly(
  key: string,
  folder: boolean | undefined,
  fields: Fields,
  reading: Reading,
): void {
  if (folder !== false) return;
  const message = `\`${key}\` is for event log folders, but \`path\` is a single file`;
  reading.mistakes.add('FOLDER_ONLY', fields.positionOf(key), message);
}
