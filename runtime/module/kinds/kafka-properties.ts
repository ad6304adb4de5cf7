import { listOf, mapping, shown, wrongType, type Read } from '../reading.ts';
import { nearest } from '../nearest.ts';
import { quoted } from '../mistakes.ts';
import type { ScalarTree } from '../tree.ts';

/** What a property may be: any text, a whole number, one of a few words, or a secret text. */
type Kind = 'text' | 'secret' | 'count' | readonly string[];

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

export const ingressProperties = properties(ofIngress);
export const egressProperties = properties(ofEgress);

/**
 * Settings of the Kafka client: a list of mappings, usually with one entry each. A property that
 * would be left out silently, as a misspelled one, is a mistake.
 */
function properties(known: Readonly<Record<string, Kind>>): Read<KafkaProperties> {
  return (node, what, reading) => {
    const maps = listOf((item, name) => mapping(item, name, reading))(node, what, reading);
    if (maps === undefined) return undefined;
    const given: Record<string, string> = {};
    for (const map of maps) {
      for (const [name, { at, value }] of map.entries) {
        const kind = Object.hasOwn(known, name) ? known[name] : undefined;
        if (kind === undefined && !passedOver.has(name)) {
          const near = nearest(name, Object.keys(known));
          reading.mistakes.add('UNKNOWN_KEY', at, `there is no Kafka property ${quoted(name)}`, {
            expected:
              near === null ? 'one of those in the documentation of modules' : `\`${near}\``,
          });
        }
        if (value.type === 'broken') continue;
        if (value.type !== 'scalar' || value.value === null) {
          wrongType(value, what, 'text, a number, true or false for each property', reading);
          continue;
        }
        const text = String(value.value);
        const expected = kind === undefined ? null : wrongFor(kind, text);
        if (expected !== null) {
          const message = `\`${name}\` is ${kind === 'secret' ? 'wrong' : shown(value)}`;
          reading.mistakes.add('BAD_VALUE', value.at, message, { expected });
        }
        if (isSecret(kind, value)) reading.secrets.add(text);
        if (kind !== undefined) given[name] = text;
      }
    }
    return given;
  };
}

function isSecret(kind: Kind | undefined, value: ScalarTree): boolean {
  return kind === 'secret' || value.secret;
}

/** What would be right, or null if it is. */
function wrongFor(kind: Kind, text: string): string | null {
  if (kind === 'count') return /^[0-9]{1,10}$/.test(text) ? null : 'a whole number';
  if (typeof kind !== 'string') {
    return kind.includes(text) ? null : kind.map((word) => `\`${word}\``).join(' or ');
  }
  return text.trim() === '' ? 'text' : null;
}
