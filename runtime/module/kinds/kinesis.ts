import { Fields } from '../fields.ts';
import { listOf, mapping, shown, type RawComponent, type Read, type Reading } from '../reading.ts';
import { integer, nonEmptyText, oneOf, targets, typeName, wrong } from '../values.ts';
import { egressId, ingressId } from './identity.ts';
import { properties } from './properties.ts';

/** `io.statefun.kinesis.v1/ingress`: checked in full, though the connectors are not there. */
export function kinesisIngress(raw: RawComponent, reading: Reading): undefined {
  const keys = [
    'id',
    'awsRegion',
    'awsCredentials',
    'startupPosition',
    'streams',
    'clientConfigProperties',
  ];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  fields.required('id', ingressId);
  access(fields);
  fields.optional('startupPosition', null, startupPosition);
  fields.required('streams', listOf(stream, 1));
}

/** `io.statefun.kinesis.v1/egress`: checked in full, as the ingress. */
export function kinesisEgress(raw: RawComponent, reading: Reading): undefined {
  const keys = [
    'id',
    'awsRegion',
    'awsCredentials',
    'maxOutstandingRecords',
    'clientConfigProperties',
  ];
  const fields = new Fields(raw.spec, 'spec', keys, reading);
  fields.required('id', egressId);
  access(fields);
  fields.optional('maxOutstandingRecords', 1000, integer(1));
}

function access(fields: Fields): void {
  fields.optional('awsRegion', null, awsRegion);
  fields.optional('awsCredentials', null, awsCredentials);
  fields.optional('clientConfigProperties', null, properties);
}

const stream: Read<true> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['stream', 'valueType', 'targets'], reading);
  fields.required('stream', nonEmptyText);
  fields.required('valueType', typeName);
  fields.required('targets', targets);
  return true;
};

const startupPosition: Read<true> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['type', 'date'], reading);
  const type = fields.required('type', oneOf(['latest', 'earliest', 'date']));
  if (type === 'date') fields.required('date', nonEmptyText);
  else fields.optional('date', null, nonEmptyText);
  return true;
};

const awsRegion: Read<true> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['type', 'id', 'endpoint'], reading);
  const type = fields.required('type', oneOf(['default', 'specific', 'custom-endpoint']));
  if (type === 'specific' || type === 'custom-endpoint') fields.required('id', nonEmptyText);
  else fields.optional('id', null, nonEmptyText);
  if (type === 'custom-endpoint') fields.required('endpoint', httpsUrl);
  else fields.optional('endpoint', null, httpsUrl);
  return true;
};

const httpsUrl: Read<string> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  if (value === undefined || (/^https:\/\//i.test(value) && URL.canParse(value))) return value;
  const message = `\`${what}\`: ${shown(node)} is not an https URL`;
  return wrong('BAD_URL', node, message, 'https://host', reading);
};

const awsCredentials: Read<true> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const keys = ['type', 'accessKeyId', 'secretAccessKey', 'profileName', 'profilePath'];
  const fields = new Fields(map, what, keys, reading);
  const type = fields.required('type', oneOf(['default', 'basic', 'profile']));
  for (const [key, needed] of [
    ['accessKeyId', 'basic'],
    ['secretAccessKey', 'basic'],
    ['profileName', 'profile'],
  ] as const) {
    if (type === needed) fields.required(key, nonEmptyText);
    else fields.optional(key, null, nonEmptyText);
  }
  fields.optional('profilePath', null, nonEmptyText);
  return true;
};
