import { messageOf } from '#protocol/errors.ts';
import { egressErrors } from './errors.ts';

/** The only typename that the playground egress takes. */
export const playgroundRecordType = 'io.statefun.playground/EgressRecord';

interface PlaygroundRecord {
  readonly topic: string;
  readonly payload: string;
}

/** Throws NOT_AN_EGRESS_RECORD or UNKNOWN_TOPIC: such a record can never be published. */
export function parsePlaygroundRecord(
  typename: string,
  value: Uint8Array,
  topics: readonly string[],
): PlaygroundRecord {
  if (typename !== playgroundRecordType) {
    throw egressErrors.NOT_AN_EGRESS_RECORD(`a record of type ${JSON.stringify(typename)}`);
  }
  let record: unknown;
  try {
    record = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
  } catch (error) {
    throw egressErrors.NOT_AN_EGRESS_RECORD(`not JSON: ${messageOf(error)}`);
  }
  const { topic, payload } = (record ?? {}) as Partial<Record<string, unknown>>;
  if (typeof topic !== 'string' || payload === undefined) {
    throw egressErrors.NOT_AN_EGRESS_RECORD('it has no topic (a string) or no payload');
  }
  if (!topics.includes(topic)) {
    throw egressErrors.UNKNOWN_TOPIC(
      `topic ${JSON.stringify(topic)}; known: ${topics.slice(0, 20).join(', ')}`,
    );
  }
  return { topic, payload: typeof payload === 'string' ? payload : JSON.stringify(payload) };
}
