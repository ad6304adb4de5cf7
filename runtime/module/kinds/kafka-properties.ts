import { clientProperties, type PropertyKind as Kind } from './properties.ts';

/** Of the connection, for ingresses and egresses. The names are those of the Java client. */
const connection: Readonly<Record<string, Kind>> = {
  'bootstrap.servers': 'text',
  'client.id': 'text',
  'security.protocol': ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'],
  'sasl.mechanism': ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'],
  'sasl.jaas.config': 'secret',
  'ssl.truststore.type': ['PEM'],
  'ssl.truststore.location': 'text',
  'ssl.truststore.certificates': 'text',
  'ssl.keystore.type': ['PEM'],
  'ssl.keystore.location': 'text',
  'ssl.keystore.certificate.chain': 'text',
  'ssl.keystore.key': 'secret',
  'ssl.key.password': 'secret',
  'ssl.endpoint.identification.algorithm': ['https'],
  'request.timeout.ms': 'count',
};

const ofIngress: Readonly<Record<string, Kind>> = {
  ...connection,
  'group.id': 'text',
  'auto.offset.reset': ['earliest', 'latest'],
  'isolation.level': ['read_committed', 'read_uncommitted'],
  'fetch.max.bytes': 'count',
  'fetch.min.bytes': 'count',
  'fetch.max.wait.ms': 'count',
  'max.partition.fetch.bytes': 'count',
  'metadata.max.age.ms': 'count',
  'session.timeout.ms': 'count',
  'heartbeat.interval.ms': 'count',
};

const ofEgress: Readonly<Record<string, Kind>> = {
  ...connection,
  'compression.type': ['none', 'gzip', 'zstd'],
  'max.request.size': 'count',
};

/**
 * Taken without effect, since a module that runs on Flink may hold them: they tune the Java client,
 * or are settled here by what the connector promises.
 */
const passedOver = new Set([
  ...['enable.auto.commit', 'auto.commit.interval.ms', 'key.deserializer', 'value.deserializer'],
  ...['max.poll.records', 'max.poll.interval.ms', 'partition.assignment.strategy'],
  ...['partition.discovery.interval.ms', 'flink.partition-discovery.interval-millis'],
  ...['group.instance.id', 'check.crcs', 'client.dns.lookup', 'client.rack'],
  ...['connections.max.idle.ms', 'reconnect.backoff.ms', 'reconnect.backoff.max.ms'],
  ...['retry.backoff.ms', 'receive.buffer.bytes', 'send.buffer.bytes'],
  ...['ssl.protocol', 'ssl.enabled.protocols', 'default.api.timeout.ms'],
  ...['acks', 'enable.idempotence', 'transactional.id', 'transaction.timeout.ms', 'retries'],
  ...['linger.ms', 'batch.size', 'buffer.memory', 'delivery.timeout.ms', 'max.block.ms'],
  ...['max.in.flight.requests.per.connection', 'partitioner.class'],
  ...['key.serializer', 'value.serializer'],
]);

export type KafkaProperties = Readonly<Record<string, string>>;

export const ingressProperties = clientProperties('Kafka', ofIngress, passedOver);
export const egressProperties = clientProperties('Kafka', ofEgress, passedOver);
