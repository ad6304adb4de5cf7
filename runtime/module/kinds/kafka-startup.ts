import { Fields } from '../fields.ts';
import { listOf, mapping, type Read } from '../reading.ts';
import type { KafkaStart } from '../../ports/kafka-settings.ts';
import { integer, oneOf } from '../values.ts';
import { date } from './date.ts';

const startTypes = ['group-offsets', 'earliest', 'latest', 'specific-offsets', 'date'] as const;

/** Where a state that is new begins to read. */
export const startupPosition: Read<KafkaStart> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['type', 'offsets', 'date'], reading);
  const type = fields.required('type', oneOf(startTypes));
  const given = {
    offsets:
      type === 'specific-offsets'
        ? fields.required('offsets', offsets)
        : fields.optional('offsets', null, offsets),
    date: type === 'date' ? fields.required('date', date) : fields.optional('date', null, date),
  };
  if (type === undefined || given.offsets === undefined || given.date === undefined) return;
  if (type === 'specific-offsets') return { type, offsets: given.offsets ?? {} };
  if (type === 'date') return { type, dateMs: given.date ?? 0 };
  return { type };
};

/** A list of mappings with one entry each: `topic/partition: offset`. */
const offsets: Read<Readonly<Record<string, number>>> = (node, what, reading) => {
  const given: Record<string, number> = {};
  const items = listOf<true>((item, name) => {
    const map = mapping(item, name, reading);
    if (map === undefined) return undefined;
    for (const [partition, { at, value }] of map.entries) {
      const offset = integer(0)(value, partition, reading);
      if (offset !== undefined) given[partition] = offset;
      if (/^[^/]+\/[0-9]+$/.test(partition)) continue;
      const message = `\`${name}\`: a key is not \`topic/partition\``;
      reading.mistakes.add('BAD_VALUE', at, message, { expected: 'topic/partition: offset' });
    }
    return true;
  }, 1)(node, what, reading);
  return items === undefined ? undefined : given;
};
