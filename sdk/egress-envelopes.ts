import type { TypedValue } from '#protocol/messages.ts';
import type { KafkaRecord, KinesisRecord } from './context.ts';

// TEMPORARY_LOCAL
export function kafkaRecord<T>(_record: KafkaRecord<T>): TypedValue {
  throw new Error('arrives within minutes');
}
export function kinesisRecord<T>(_record: KinesisRecord<T>): TypedValue {
  throw new Error('arrives within minutes');
}
