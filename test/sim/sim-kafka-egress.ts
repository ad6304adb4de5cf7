import { encodeKafkaRecord, kafkaRecordTypename } from '#protocol/egress-records.ts';
import type { KafkaEgress } from '#runtime/kafka/kafka-egress.ts';
import type { Egress, EgressBatch, EgressLife, EgressRecord } from '#runtime/ports/egress.ts';

/** The real Kafka egress, given what simulated functions send: each record goes to the topic of its id. */
export class SimKafkaEgress implements Egress {
  readonly id: string;
  readonly #egress: KafkaEgress;

  constructor(egress: KafkaEgress) {
    this.id = egress.id;
    this.#egress = egress;
  }

  open(position: string | null, fresh: boolean, life: EgressLife): Promise<void> {
    return this.#egress.open(position, fresh, life);
  }

  publish(batch: EgressBatch): Promise<string> {
    const { firstSequence, count, lineage, epoch } = batch;
    const records = [...batch.records()].map(({ value }) => this.#asKafkaRecord(value));
    return this.#egress.publish({ firstSequence, count, lineage, epoch, records: () => records });
  }

  close(): Promise<void> {
    return this.#egress.close();
  }

  #asKafkaRecord(value: Uint8Array): EgressRecord {
    const record = encodeKafkaRecord({ topic: this.id, key: '', value });
    return { typename: kafkaRecordTypename, value: record };
  }
}
