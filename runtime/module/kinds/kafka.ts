import { Fields } from '../fields.ts';
import { listOf, mapping, shown, type RawComponent, type Read, type Reading } from '../reading.ts';
import type { Tree } from '../tree.ts';
import { durationMs, integer, nonEmptyText, oneOf, targets, typeName, wrong } from '../values.ts';
import { egressId, ingressId } from './identity.ts';
import { properties } from './properties.ts';

/**
 * `io.statefun.kafka.v1/ingress`: checked in full, so that the only mistake that is left in a
 * good file is that the connectors are not there.
 */
export function kafkaIngress(raw: RawComponent, reading: Reading): undefined {
  const keys = [
    'id',
    'address',
    'consumerGroupId',
    'topics',
    'autoOffsetResetPosition',
    'startupPosition',
    'properties',
  ];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  fields.required('id', ingressId);
  const names = fields.optional('properties', [] as string[], properties);
  fields.required('topics', listOf(topic, 1));
  sameTopics(fields.node('topics'), reading);
  fields.optional('autoOffsetResetPosition', 'latest', oneOf(['earliest', 'latest']));
  fields.optional('startupPosition', null, startupPosition);
  const either = [
    ['address', 'bootstrap.servers'],
    ['consumerGroupId', 'group.id'],
  ] as const;
  for (const [key, property] of either) {
    fields.optional(key, null, nonEmptyText);
    if (fields.has(key) || names === undefined || names.includes(property)) continue;
    if (reading.damaged) continue;
    const message = `spec has neither \`${key}\` nor the property \`${property}\``;
    reading.mistakes.add('MISSING_KEY', fields.at, message);
  }
}

const topic: Read<true> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['topic', 'valueType', 'targets'], reading);
  fields.required('topic', nonEmptyText);
  fields.required('valueType', typeName);
  fields.required('targets', targets);
  return true;
};

/** Of two entries with one topic StateFun would silently drop the first. */
function sameTopics(topics: Tree | undefined, reading: Reading): void {
  if (topics?.type !== 'list') return;
  const seen = new Set<string>();
  for (const item of topics.items) {
    const name = item.type === 'mapping' ? item.entries.get('topic')?.value : undefined;
    if (name?.type !== 'scalar' || typeof name.value !== 'string') continue;
    if (seen.has(name.value)) {
      const message = `the topic ${shown(name)} is here a second time`;
      wrong('BAD_VALUE', name, message, 'one entry with the targets of both', reading);
    }
    seen.add(name.value);
  }
}

const startTypes = ['group-offsets', 'earliest', 'latest', 'specific-offsets', 'date'] as const;

const startupPosition: Read<true> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['type', 'offsets', 'date'], reading);
  const type = fields.required('type', oneOf(startTypes));
  if (type === 'specific-offsets') fields.required('offsets', offsets);
  else fields.optional('offsets', null, offsets);
  if (type === 'date') fields.required('date', date);
  else fields.optional('date', null, date);
  return true;
};

/** A list of mappings with one entry each: `topic/partition: offset`. */
const offsets: Read<true> = (node, what, reading) => {
  listOf<true>((item, name) => {
    const map = mapping(item, name, reading);
    if (map === undefined) return undefined;
    for (const [partition, { at, value }] of map.entries) {
      integer(0)(value, partition, reading);
      if (/^[^/]+\/[0-9]+$/.test(partition)) continue;
      const message = `\`${name}\`: a key is not \`topic/partition\``;
      reading.mistakes.add('BAD_VALUE', at, message, { expected: 'topic/partition: offset' });
    }
    return true;
  }, 1)(node, what, reading);
  return true;
};

const date: Read<string> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  const pattern = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} ([+-]\d{4}|[A-Z]{1,5})$/;
  if (value === undefined || pattern.test(value)) return value;
  const message = `\`${what}\`: ${shown(node)} is not a date`;
  return wrong('BAD_VALUE', node, message, 'yyyy-MM-dd HH:mm:ss.SSS Z', reading);
};

/** `io.statefun.kafka.v1/egress`: checked in full, as the ingress. */
export function kafkaEgress(raw: RawComponent, reading: Reading): undefined {
  const keys = ['id', 'address', 'deliverySemantic', 'properties'];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  fields.required('id', egressId);
  fields.required('address', nonEmptyText);
  fields.optional('properties', null, properties);
  fields.optional('deliverySemantic', null, deliverySemantic);
}

const deliverySemantic: Read<true> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const keys = ['type', 'transactionTimeout', 'transactionTimeoutMillis'];
  const fields = new Fields(map, what, keys, reading);
  const type = fields.required('type', oneOf(['at-least-once', 'exactly-once', 'none']));
  fields.optional('transactionTimeoutMillis', null, integer(1));
  if (type === 'exactly-once' && !fields.has('transactionTimeoutMillis')) {
    fields.required('transactionTimeout', durationMs);
  } else {
    fields.optional('transactionTimeout', null, durationMs);
  }
  return true;
};
