import { Fields } from '../fields.ts';
import type { Position } from '../mistakes.ts';
import { nearest } from '../nearest.ts';
import { keep, mapping, whole, type Read, type Reading } from '../reading.ts';
import type {
  AsyncTransportOptions,
  AsyncTransportSpec,
  BatchedTransportSpec,
  OkHttpTransportSpec,
  TransportSpec,
} from '../spec.ts';
import type { MapTree } from '../tree.ts';
import { durationMs, integer, oneOf, path, text } from '../values.ts';

const asyncType = 'io.statefun.transports.v1/async';
const okHttpType = 'io.statefun.transports.v1/okhttp';
const batchedType = 'weir.transports.v1/batched';

const asyncKeys = [
  'type',
  'call',
  'connect',
  'pool_ttl',
  'pool_size',
  'payload_max_bytes',
  'trust_cacerts',
  'client_cert',
  'client_key',
  'client_key_password',
  'timeouts',
];

const defaultAsync: AsyncTransportOptions = {
  callTimeoutMs: 120_000,
  connectTimeoutMs: 20_000,
  poolTtlMs: 15_000,
  poolSize: 1024,
  payloadMaxBytes: 32 * 2 ** 20,
  trustCacerts: null,
  clientCert: null,
  clientKey: null,
  clientKeyPassword: null,
};

export const defaultTransport: AsyncTransportSpec = { type: asyncType, ...defaultAsync };

export const defaultOkHttp: OkHttpTransportSpec = {
  type: okHttpType,
  callTimeoutMs: 60_000,
  connectTimeoutMs: 10_000,
  readTimeoutMs: 10_000,
  writeTimeoutMs: 10_000,
};

/** The `transport` of an endpoint; `type` selects what the other keys are. */
export const transport: Read<TransportSpec> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const types = [asyncType, okHttpType, batchedType] as const;
  const given = map.entries.get('type');
  const type = given === undefined ? asyncType : oneOf(types)(given.value, 'type', reading);
  // A misspelled type has a mistake already; what the other keys are depends on what it means.
  const { value } = given?.value.type === 'scalar' ? given.value : { value: null };
  const meant = type ?? nearest(String(value), types) ?? asyncType;
  if (meant === okHttpType) return okHttp(map, what, reading);
  if (meant === batchedType) return batched(map, what, reading);
  const options = asyncOptions(new Fields(map, what, asyncKeys, reading), reading);
  return options === undefined ? undefined : { type: asyncType, ...options };
};

const batchedKeys = ['maxRequestsPerPost', 'maxPostBytes'];

function batched(map: MapTree, what: string, reading: Reading): BatchedTransportSpec | undefined {
  const fields = new Fields(map, what, [...asyncKeys, ...batchedKeys], reading);
  const options = asyncOptions(fields, reading);
  const maxRequestsPerPost = fields.optional('maxRequestsPerPost', 256, integer(1, 256));
  const maxPostBytes = fields.optional('maxPostBytes', 8 * 2 ** 20, integer(1, 8 * 2 ** 20));
  if (options === undefined || maxRequestsPerPost === undefined || maxPostBytes === undefined) {
    return undefined;
  }
  return { type: batchedType, ...options, maxRequestsPerPost, maxPostBytes };
}

function asyncOptions(fields: Fields, reading: Reading): AsyncTransportOptions | undefined {
  const nested = fields.optional('timeouts', null, nestedTimeouts);
  const call = fields.optional('call', defaultAsync.callTimeoutMs, durationMs);
  const connect = fields.optional('connect', defaultAsync.connectTimeoutMs, durationMs);
  const clientCert = fields.optional('client_cert', null, path);
  const clientKey = fields.optional('client_key', null, path);
  bothOrNone(fields, reading);
  const timeouts = nested === null ? { callTimeoutMs: call, connectTimeoutMs: connect } : nested;
  return whole<AsyncTransportOptions>({
    callTimeoutMs: timeouts?.callTimeoutMs,
    connectTimeoutMs: timeouts?.connectTimeoutMs,
    poolTtlMs: fields.optional('pool_ttl', defaultAsync.poolTtlMs, durationMs),
    poolSize: fields.optional('pool_size', defaultAsync.poolSize, integer(1, 65_535)),
    payloadMaxBytes: fields.optional('payload_max_bytes', defaultAsync.payloadMaxBytes, bodyBytes),
    trustCacerts: fields.optional('trust_cacerts', null, path),
    clientCert,
    clientKey,
    clientKeyPassword: fields.optional('client_key_password', null, password),
  });
}

/** A single buffer or string of Node can't be larger than about 512 MiB. */
const bodyBytes = integer(1, 512 * 2 ** 20);

/** The nested form wins over the flat keys; what it leaves out has defaults of its own. */
const nestedTimeouts: Read<{ callTimeoutMs: number; connectTimeoutMs: number }> = (
  node,
  what,
  reading,
) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['call', 'connect'], reading);
  return whole<{ callTimeoutMs: number; connectTimeoutMs: number }>({
    callTimeoutMs: fields.optional('call', 60_000, durationMs),
    connectTimeoutMs: fields.optional('connect', 10_000, durationMs),
  });
};

function bothOrNone(fields: Fields, reading: Reading): void {
  const cert = fields.has('client_cert');
  const key = fields.has('client_key');
  if (cert === key) {
    if (cert || !fields.has('client_key_password')) return;
    missing('client_key_password', 'client_key', fields.positionOf('client_key_password'), reading);
  } else if (cert) {
    missing('client_cert', 'client_key', fields.positionOf('client_cert'), reading);
  } else {
    missing('client_key', 'client_cert', fields.positionOf('client_key'), reading);
  }
}

function missing(given: string, other: string, at: Position, reading: Reading): void {
  if (reading.damaged) return;
  reading.mistakes.add('MISSING_KEY', at, `\`${given}\` is given without \`${other}\``);
}

/** The password itself, or the path of a file that holds it. A secret in either case. */
const password: Read<string> = (node, what, reading) => {
  const value = text(node, what, reading);
  if (value === undefined) return undefined;
  const secret = fromFile(value, reading) ?? value;
  reading.secrets.add(secret);
  return keep(node, secret, reading);
};

function fromFile(path: string, reading: Reading): string | null {
  try {
    return reading.readFile(path).replace(/\r?\n$/, '');
  } catch {
    return null; // not a file: it is the password
  }
}

function okHttp(map: MapTree, what: string, reading: Reading): OkHttpTransportSpec | undefined {
  const fields = new Fields(map, what, ['type', 'timeouts'], reading);
  return fields.optional('timeouts', defaultOkHttp, okHttpTimeouts);
}

/** `timeouts` of okhttp, and of endpoints of version 1. */
export const okHttpTimeouts: Read<OkHttpTransportSpec> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['call', 'connect', 'read', 'write'], reading);
  const callTimeoutMs = fields.optional('call', defaultOkHttp.callTimeoutMs, durationMs);
  const part = (key: string, fallbackMs: number): number | undefined => {
    const ms = fields.optional(key, fallbackMs, durationMs);
    return ms === undefined || callTimeoutMs === undefined
      ? undefined
      : Math.min(ms, callTimeoutMs);
  };
  return whole<OkHttpTransportSpec>({
    type: okHttpType,
    connectTimeoutMs: part('connect', defaultOkHttp.connectTimeoutMs),
    readTimeoutMs: part('read', defaultOkHttp.readTimeoutMs),
    writeTimeoutMs: part('write', defaultOkHttp.writeTimeoutMs),
    callTimeoutMs,
  });
};
