import type {
  KinesisAccess,
  KinesisCredentials,
  KinesisStart,
} from '../../ports/kinesis-settings.ts';
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
import type { KinesisEgressSpec, KinesisIngressSpec, KinesisStreamSpec } from '../spec.ts';
import { integer, nonEmptyText, oneOf, targets, truth, typeName, wrong } from '../values.ts';
import { date } from './date.ts';
import { egressId, ingressId } from './identity.ts';
import { deadLetter, deadLetterKey } from './policy.ts';
import { clientProperties, type PropertyKind } from './properties.ts';
import { uniqueIn } from './unique.ts';

const accessKeys = ['awsRegion', 'awsCredentials', 'clientConfigProperties'];

/** `io.statefun.kinesis.v1/ingress`. */
export function kinesisIngress(
  raw: RawComponent,
  reading: Reading,
): KinesisIngressSpec | undefined {
  const keys = ['id', ...accessKeys, 'startupPosition', 'streams', deadLetterKey];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  const streams = fields.required('streams', listOf(stream, 1));
  uniqueIn(fields.node('streams'), 'stream', reading);
  return whole<KinesisIngressSpec>({
    kind: 'io.statefun.kinesis.v1/ingress',
    line: raw.at.line,
    id: fields.required('id', ingressId),
    ...access(fields, ingressProperties),
    streams,
    start: fields.optional('startupPosition', { type: 'latest' } as const, startupPosition),
    deadLetter: fields.optional(deadLetterKey, null, deadLetter),
  });
}

/** `io.statefun.kinesis.v1/egress`. */
export function kinesisEgress(raw: RawComponent, reading: Reading): KinesisEgressSpec | undefined {
  const keys = ['id', ...accessKeys, 'maxOutstandingRecords', 'weir.deduplicationId'];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  return whole<KinesisEgressSpec>({
    kind: 'io.statefun.kinesis.v1/egress',
    line: raw.at.line,
    id: fields.required('id', streamEgressId),
    ...access(fields, egressProperties),
    maxOutstandingRecords: fields.optional('maxOutstandingRecords', 1000, integer(1)),
    deduplicationId: fields.optional('weir.deduplicationId', false, truth),
  });
}

const streamEgressId: Read<string> = (node, what, reading) => {
  const id = egressId(node, what, reading);
  if (id !== undefined) reading.facts.streamEgresses.add(id);
  return id;
};

const ofClient: Readonly<Record<string, PropertyKind>> = {
  MaxConnections: 'count',
  ConnectionTimeout: 'count',
  SocketTimeout: 'count',
};
/**
 * Taken without effect, since a module that runs on Flink may hold them: they tune the Java client,
 * or are settled here by what the connector promises.
 */
const passedOver = new Set([
  ...['ClientExecutionTimeout', 'RequestTimeout', 'ConnectionMaxIdleMillis', 'ConnectionTTL'],
  ...['MaxErrorRetry', 'ThrottledRetries', 'TcpKeepAlive', 'Gzip', 'UserAgentPrefix'],
  ...['flink.shard.getrecords.maxretries', 'flink.list.shards.maxretries'],
  ...['AggregationEnabled', 'CollectionMaxCount', 'AggregationMaxCount', 'ThreadPoolSize'],
]);
const ingressProperties = clientProperties(
  'Kinesis',
  {
    ...ofClient,
    'flink.shard.getrecords.maxrecordcount': 'count',
    'flink.shard.getrecords.intervalmillis': 'count',
    'flink.shard.discovery.intervalmillis': 'count',
  },
  passedOver,
);
const egressProperties = clientProperties('Kinesis', ofClient, passedOver);
const noProperties: Readonly<Record<string, string>> = {};

interface Region {
  readonly region: string | null;
  readonly endpoint: string | null;
}

type Maybe<T> = { readonly [K in keyof T]: T[K] | undefined };

function access(fields: Fields, properties: typeof ingressProperties): Maybe<KinesisAccess> {
  const region = fields.optional('awsRegion', { region: null, endpoint: null }, awsRegion);
  const byDefault: KinesisCredentials = { type: 'default' };
  const credentials = fields.optional('awsCredentials', byDefault, awsCredentials);
  const given = fields.optional('clientConfigProperties', noProperties, properties);
  return { region: region?.region, endpoint: region?.endpoint, credentials, properties: given };
}

const stream: Read<KinesisStreamSpec> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['stream', 'valueType', 'targets'], reading);
  return whole<KinesisStreamSpec>({
    stream: fields.required('stream', streamName),
    valueType: fields.required('valueType', typeName),
    targets: fields.required('targets', targets),
  });
};

const streamName: Read<string> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  if (value === undefined || /^[a-zA-Z0-9_.-]{1,128}$/.test(value)) return value;
  const message = `\`${what}\`: ${shown(node)} is no name of a stream`;
  return wrong('BAD_VALUE', node, message, '1 to 128 of a-z, A-Z, 0-9, `_`, `.`, `-`', reading);
};

const startupPosition: Read<KinesisStart> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['type', 'date'], reading);
  const type = fields.required('type', oneOf(['latest', 'earliest', 'date']));
  const given =
    type === 'date' ? fields.required('date', date) : fields.optional('date', null, date);
  if (type === undefined || given === undefined) return undefined;
  return type === 'date' ? { type, dateMs: given ?? 0 } : { type };
};

const awsRegion: Read<Region> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['type', 'id', 'endpoint'], reading);
  const type = fields.required('type', oneOf(['default', 'specific', 'custom-endpoint']));
  const needsId = type === 'specific' || type === 'custom-endpoint';
  const region = needsId
    ? fields.required('id', nonEmptyText)
    : fields.optional('id', null, nonEmptyText);
  const endpoint =
    type === 'custom-endpoint'
      ? fields.required('endpoint', httpsUrl)
      : fields.optional('endpoint', null, httpsUrl);
  if (type === undefined || region === undefined || endpoint === undefined) return undefined;
  return {
    region: type === 'default' ? null : region,
    endpoint: type === 'custom-endpoint' ? endpoint : null,
  };
};

const httpsUrl: Read<string> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  if (value === undefined || (/^https:\/\//i.test(value) && URL.canParse(value))) return value;
  const message = `\`${what}\`: ${shown(node)} is not an https URL`;
  return wrong('BAD_URL', node, message, 'https://host', reading);
};

const awsCredentials: Read<KinesisCredentials> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const keys = ['type', 'accessKeyId', 'secretAccessKey', 'profileName', 'profilePath'];
  const fields = new Fields(map, what, keys, reading);
  const type = fields.required('type', oneOf(['default', 'basic', 'profile']));
  const text = (key: string, needed: string, read: Read<string>): string | null | undefined =>
    type === needed ? fields.required(key, read) : fields.optional(key, null, read);
  const accessKeyId = text('accessKeyId', 'basic', nonEmptyText);
  const secretAccessKey = text('secretAccessKey', 'basic', secret);
  const name = text('profileName', 'profile', nonEmptyText);
  const path = fields.optional('profilePath', null, nonEmptyText);
  if (type === 'default') return { type };
  if (type === 'basic' && typeof accessKeyId === 'string' && typeof secretAccessKey === 'string') {
    return { type, accessKeyId, secretAccessKey };
  }
  if (type === 'profile' && typeof name === 'string' && path !== undefined) {
    return { type, name, path };
  }
  return undefined;
};

/** Never shown, also where the module holds it in plain text. */
const secret: Read<string> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  if (value !== undefined) reading.secrets.add(value);
  return value;
};
