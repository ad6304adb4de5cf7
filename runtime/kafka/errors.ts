import { errorCatalogue } from '#protocol/errors.ts';

/** What can go wrong between the runtime and a Kafka cluster. */
export const kafkaErrors = errorCatalogue('WEIR_KAFKA', {
  UNREACHABLE: {
    cause: 'No broker of the cluster answered within the start budget, or it refused the login.',
    remedy:
      'Check `address`, `security.protocol` and the credentials; the message holds the last reason.',
  },
  BAD_PROPERTY: {
    cause: 'A property of a Kafka connector holds something that can’t be used.',
    remedy: 'Correct the property that the message names.',
  },
  UNKNOWN_TOPIC: {
    cause: 'A topic of an ingress does not exist on the cluster, or may not be seen.',
    remedy: 'Create the topic, correct its name, or allow the user to describe and read it.',
  },
  UNKNOWN_TARGET: {
    cause: 'A target of a Kafka ingress is a function type that no endpoint of the module serves.',
    remedy: 'Add an endpoint for the function type, or correct the target in the module file.',
  },
  POSITION_OUT_OF_RANGE: {
    cause:
      'The log of a partition does not reach to the position at which reading must go on: records ' +
      'were deleted before they were taken, or the topic lost its end.',
    remedy:
      'Nothing was skipped. Restore the records, or decide to lose them and begin a new state ' +
      '(another --state or --name) with a `startupPosition`.',
  },
  TOPIC_REPLACED: {
    cause:
      'A topic was deleted and created again: the positions of the state are those of the old.',
    remedy:
      'Begin a new state (another --state or --name), or give the topic that replaces it another ' +
      'name.',
  },
  READ_FAILED: {
    cause: 'Records could not be read from the cluster.',
    remedy: 'It is tried again; if it goes on, the message holds the reason.',
  },
  NO_KEY: {
    cause: 'A record has no key, so that there is no id that it is for.',
    remedy: 'Give every record a key; the record was passed over.',
  },
  KEY_NOT_TEXT: {
    cause: 'The key of a record is not UTF-8, or longer than 16,384 bytes.',
    remedy: 'Write keys as text; the record was passed over.',
  },
  NO_VALUE: {
    cause: 'A record has no value (a tombstone), so that there is nothing to tell a function.',
    remedy: 'Give every record a value, or read a topic without tombstones; it was passed over.',
  },
  WRONG_TYPE: {
    cause: 'A record for a Kafka egress is not a KafkaProducerRecord with a topic.',
    remedy: 'Send it with the SDK: `ctx.kafkaEgress(id, { topic, key, value })`.',
  },
  RECORD_TOO_LARGE: {
    cause: 'A record for a Kafka egress is over `max.request.size`.',
    remedy: 'Send smaller records, or raise the property (and `message.max.bytes` of the brokers).',
  },
  PUBLISH_FAILED: {
    cause: 'Committed records could not be published to the cluster.',
    remedy:
      'It is tried again, and nothing of it is lost or doubled; the message holds the reason.',
  },
  MARKER_AHEAD: {
    cause: 'The cluster holds more of an egress than the state knows: the state is an older one.',
    remedy:
      'Find the state that wrote them (a restored copy, another --state?). Going on would publish ' +
      'other records under the numbers of those that are out.',
  },
  MARKER_LOST: {
    cause:
      'The cluster knows less of an egress than the state says was published: the marker topic was ' +
      'deleted or cut off, or it is another cluster.',
    remedy:
      'Connect the cluster that the records went to. Going on elsewhere could publish some twice: ' +
      'for that begin a new state, or use `at-least-once` once.',
  },
  NOT_OPEN: {
    cause: 'A Kafka egress was used before it was opened, or after it was closed.',
    remedy: 'This is a defect of the runtime. Please report it.',
  },
});

/** Whether the broker's answer behind an error of the client is one of these. */
export function hasType(error: unknown, types: readonly string[]): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (types.includes((cause as { readonly type?: string }).type ?? '')) return true;
  }
  return false;
}
