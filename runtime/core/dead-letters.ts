import { encodeKafkaRecord, kafkaRecordTypename } from '#protocol/egress-records.ts';
import { messageOf } from '#protocol/errors.ts';
import type { DeadLetterTarget } from '../ports/failure-policy.ts';
import type { EgressTarget } from './engine-options.ts';
import type { Log } from './log.ts';
import type { PendingEgress } from './pending-egress.ts';

export interface DeadLetter {
  /** Id of the address that it was for; the key of a Kafka record. */
  readonly key: string;
  readonly typename: string;
  readonly value: Buffer;
}

/**
 * Puts messages into egresses: in the same step in which whoever gives them up forgets them, so
 * that every cut holds them in one of the two places (E3), and the egress gets them exactly once.
 */
export class DeadLetters {
  readonly #targets: ReadonlyMap<string, EgressTarget>;
  readonly #egressOf: (id: string) => PendingEgress;
  readonly #log: Log;

  constructor(targets: readonly EgressTarget[], egressOf: (id: string) => PendingEgress, log: Log) {
    this.#targets = new Map(targets.map((target) => [target.id, target]));
    this.#egressOf = egressOf;
    this.#log = log;
  }

  /** Null if the egress has it; otherwise why it can never take it, and nothing has changed. */
  put({ egress, topic }: DeadLetterTarget, letter: DeadLetter): string | null {
    const target = this.#targets.get(egress);
    if (target === undefined) return `there is no egress ${egress}`;
    const { typename, value } = topic === null ? letter : wrapped(letter, topic);
    try {
      target.validate?.(typename, value, 0, value.length);
    } catch (error) {
      return `${egress} can't take it: ${messageOf(error)}`;
    }
    this.#egressOf(egress).append(this.#log, typename, value, 0, value.length);
    return null;
  }
}

/** As a Kafka egress wants it: the message's bytes are the record's value. */
function wrapped({ key, value }: DeadLetter, topic: string): { typename: string; value: Buffer } {
  return {
    typename: kafkaRecordTypename,
    value: Buffer.from(encodeKafkaRecord({ topic, key, value })),
  };
}
