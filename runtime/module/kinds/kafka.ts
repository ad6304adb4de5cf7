import { Fields } from '../fields.ts';
import { listOf, mapping, whole, type RawComponent, type Read, type Reading } from '../reading.ts';
import type { KafkaDelivery } from '../../ports/kafka-settings.ts';
import type { KafkaEgressSpec, KafkaIngressSpec, KafkaTopicSpec } from '../spec.ts';
import { durationMs, integer, nonEmptyText, oneOf, targets, typeName } from '../values.ts';
import { egressId, ingressId } from './identity.ts';
import { egressProperties, ingressProperties, type KafkaProperties } from './kafka-properties.ts';
import { startupPosition } from './kafka-startup.ts';
import { deadLetter, deadLetterKey } from './policy.ts';
import { uniqueIn } from './unique.ts';

const noProperties: KafkaProperties = {};

/** `io.statefun.kafka.v1/ingress`. The keys of `spec` win over the properties of the same meaning. */
export function kafkaIngress(raw: RawComponent, reading: Reading): KafkaIngressSpec | undefined {
  const keys = [
    'id',
    'address',
    'consumerGroupId',
    'topics',
    'autoOffsetResetPosition',
    'startupPosition',
    'properties',
    deadLetterKey,
  ];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  const id = fields.required('id', ingressId);
  const properties = fields.optional('properties', noProperties, ingressProperties);
  const topics = fields.required('topics', listOf(topic, 1));
  uniqueIn(fields.node('topics'), 'topic', reading);
  const resets = oneOf(['earliest', 'latest']);
  const fallback = properties?.['auto.offset.reset'] === 'earliest' ? 'earliest' : 'latest';
  return whole<KafkaIngressSpec>({
    kind: 'io.statefun.kafka.v1/ingress',
    line: raw.at.line,
    id,
    topics,
    reset: fields.optional('autoOffsetResetPosition', fallback, resets),
    start: fields.optional('startupPosition', { type: 'latest' } as const, startupPosition),
    address: either('address', 'bootstrap.servers', fields, properties, reading),
    groupId: either('consumerGroupId', 'group.id', fields, properties, reading),
    properties,
    deadLetter: fields.optional(deadLetterKey, null, deadLetter),
  });
}

/** A key of `spec`, or the property that means the same. */
function either(
  key: string,
  property: string,
  fields: Fields,
  properties: KafkaProperties | undefined,
  reading: Reading,
): string | undefined {
  if (fields.has(key)) return fields.required(key, nonEmptyText);
  const given = properties?.[property];
  if (given !== undefined) return given;
  if (properties !== undefined && !reading.damaged) {
    const message = `spec has neither \`${key}\` nor the property \`${property}\``;
    reading.mistakes.add('MISSING_KEY', fields.at, message);
  }
  return undefined;
}

const topic: Read<KafkaTopicSpec> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['topic', 'valueType', 'targets'], reading);
  return whole<KafkaTopicSpec>({
    topic: fields.required('topic', nonEmptyText),
    valueType: fields.required('valueType', typeName),
    targets: fields.required('targets', targets),
  });
};

/** `io.statefun.kafka.v1/egress`. */
export function kafkaEgress(raw: RawComponent, reading: Reading): KafkaEgressSpec | undefined {
  const keys = ['id', 'address', 'deliverySemantic', 'properties'];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  const atLeastOnce = { type: 'at-least-once' } as const;
  return whole<KafkaEgressSpec>({
    kind: 'io.statefun.kafka.v1/egress',
    line: raw.at.line,
    id: fields.required('id', topicEgressId),
    address: fields.required('address', nonEmptyText),
    properties: fields.optional('properties', noProperties, egressProperties),
    delivery: fields.optional('deliverySemantic', atLeastOnce, deliverySemantic),
  });
}

const topicEgressId: Read<string> = (node, what, reading) => {
  const id = egressId(node, what, reading);
  if (id !== undefined) reading.facts.topicEgresses.add(id);
  return id;
};

const deliverySemantic: Read<KafkaDelivery> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const keys = ['type', 'transactionTimeout', 'transactionTimeoutMillis'];
  const fields = new Fields(map, what, keys, reading);
  const type = fields.required('type', oneOf(['at-least-once', 'exactly-once', 'none']));
  const millis = fields.optional('transactionTimeoutMillis', null, integer(1));
  const duration =
    type === 'exactly-once' && !fields.has('transactionTimeoutMillis')
      ? fields.required('transactionTimeout', durationMs)
      : fields.optional('transactionTimeout', null, durationMs);
  if (type === undefined || millis === undefined || duration === undefined) return undefined;
  if (type !== 'exactly-once') return { type };
  return { type, transactionTimeoutMs: duration ?? millis ?? 0 };
};
