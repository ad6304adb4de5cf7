import { errorCatalogue } from '#protocol/errors.ts';

/** What can go wrong between the runtime and Kinesis. */
export const kinesisErrors = errorCatalogue('WEIR_KINESIS', {
  UNREACHABLE: {
    cause: 'Kinesis did not answer within the start budget, or refused the credentials.',
    remedy:
      'Check `awsRegion`, `awsCredentials` and the network; the message holds the last reason.',
  },
  UNKNOWN_STREAM: {
    cause: 'A stream of an ingress does not exist, or may not be seen.',
    remedy: 'Create the stream, correct its name or region, or allow to describe and read it.',
  },
  UNKNOWN_TARGET: {
    cause: 'A target of a Kinesis ingress is a function type that no endpoint serves.',
    remedy: 'Add an endpoint for the function type, or correct the target in the module file.',
  },
  STREAM_REPLACED: {
    cause:
      'A stream was deleted and created again: the positions of the state are those of the old.',
    remedy:
      'Begin a new state (another --state or --name), or give the stream that replaces it another ' +
      'name.',
  },
  POSITION_OUT_OF_RANGE: {
    cause:
      'A shard can’t be read on from its position: it is gone, with records that were not taken, or ' +
      'Kinesis knows the position no more.',
    remedy:
      'Nothing was skipped on purpose. Decide to lose what expired and begin a new state (another ' +
      '--state or --name) with a `startupPosition`; keep records longer than the longest outage.',
  },
  BAD_POSITION: {
    cause: 'The state holds a position that no Kinesis ingress of this version writes.',
    remedy: 'Use the version of Weir that wrote the state, or a newer one.',
  },
  READ_FAILED: {
    cause: 'Records could not be read.',
    remedy: 'It is tried again; if it goes on, the message holds the reason.',
  },
  UNDECODABLE: {
    cause: 'A record looks like several that the Kinesis Producer Library packed, and is damaged.',
    remedy: 'Look at what writes it. It was passed over, or left as a dead letter.',
  },
  PUBLISH_FAILED: {
    cause: 'Records could not be written to a stream.',
    remedy: 'It is tried again; if it goes on, the message holds the reason.',
  },
  WRONG_TYPE: {
    cause: 'A record for a Kinesis egress is not of the type that it takes.',
    remedy: 'Send it with `ctx.kinesisEgress`, or as a `KinesisEgressRecord` of another SDK.',
  },
  RECORD_TOO_LARGE: {
    cause: 'A record has more bytes than Kinesis takes: a mebibyte, the partition key included.',
    remedy: 'Send less, or a reference to where the data is.',
  },
  BAD_KEY: {
    cause: 'A record has a partition key or an explicit hash key that Kinesis refuses.',
    remedy: 'A partition key has 1 to 256 characters, a hash key is a whole number below 2^128.',
  },
});

/** Whether an answer of the service is an error of one of these names. */
export function isNamed(error: unknown, names: readonly string[]): boolean {
  return names.includes((error as Error | null)?.name ?? '');
}
