import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { Kafka as Client, KafkaConfig, SASLOptions } from 'kafkajs';
import { messageOf } from '#protocol/errors.ts';
import { kafkaErrors } from './errors.ts';
import { Kafka, logLevel } from './kafkajs.ts';

/** How a connector reaches its cluster; properties by the names of the Java client. */
export interface KafkaConnection {
  readonly id: string;
  readonly address: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** What the egress uses of the client library. */
export type KafkaClient = Pick<Client, 'admin' | 'consumer' | 'producer'>;

/** Where the client's own log goes; it never holds credentials. */
export type KafkaLog = (line: { readonly scope: string; readonly text: string }) => void;

const connectMs = 3_000;
const requestMs = 10_000;

/** A client of the cluster; nothing is sent yet. Throws BAD_PROPERTY. */
export function kafkaClient(connection: KafkaConnection, log: KafkaLog): Client {
  return new Kafka(clientConfig(connection, log));
}

/** The settings of the client. Throws BAD_PROPERTY. */
export function clientConfig({ id, address, properties }: KafkaConnection, log: KafkaLog) {
  const protocol = properties['security.protocol'] ?? 'PLAINTEXT';
  const sasl = protocol.startsWith('SASL_') ? { sasl: saslOptions(id, properties) } : {};
  const ssl = protocol.endsWith('SSL') ? { ssl: tlsOptions(id, properties) } : {};
  const config: KafkaConfig = {
    clientId: properties['client.id'] ?? 'weir',
    brokers: address.split(',').map((broker) => broker.trim()),
    connectionTimeout: connectMs,
    requestTimeout: Number(properties['request.timeout.ms'] ?? requestMs),
    ...sasl,
    ...ssl,
    // Short, since a transaction that follows another one at once is often asked to wait a little.
    retry: { initialRetryTime: 20, maxRetryTime: 1_000, multiplier: 2, factor: 0.2, retries: 8 },
    logLevel: logLevel.INFO,
    logCreator:
      () =>
      ({ namespace, log: { message } }) =>
        log({ scope: namespace, text: message }),
  };
  return config;
}

function saslOptions(id: string, properties: Readonly<Record<string, string>>): SASLOptions {
  const mechanism = properties['sasl.mechanism'] ?? 'PLAIN';
  const jaas = properties['sasl.jaas.config'] ?? '';
  // As the Java client reads it: `module.Class required username="…" password="…";`.
  const given = (name: string): string | undefined => {
    const match = new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|'([^']*)')`).exec(jaas);
    return match?.[1]?.replaceAll(/\\(.)/g, '$1') ?? match?.[2];
  };
  const username = given('username');
  const password = given('password');
  if (username === undefined || password === undefined) {
    throw kafkaErrors.BAD_PROPERTY(
      `${id}: \`sasl.jaas.config\` has no \`username="…"\` or no \`password="…"\``,
    );
  }
  const lower = mechanism.toLowerCase() as 'plain' | 'scram-sha-256' | 'scram-sha-512';
  return { mechanism: lower, username, password };
}

function tlsOptions(id: string, properties: Readonly<Record<string, string>>): ConnectionOptions {
  const file = (name: string): string | undefined => {
    const path = properties[name];
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw kafkaErrors.BAD_PROPERTY(`${id}: \`${name}\` can’t be read: ${messageOf(error)}`, {
        cause: error,
      });
    }
  };
  const ca = properties['ssl.truststore.certificates'] ?? file('ssl.truststore.location');
  // A PEM key store holds the chain and the key in one file.
  const store = file('ssl.keystore.location');
  const cert = properties['ssl.keystore.certificate.chain'] ?? store;
  const key = properties['ssl.keystore.key'] ?? store;
  const passphrase = properties['ssl.key.password'];
  return {
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
}
