import { Fields } from '../fields.ts';
import { listOf, mapping, shown, type Read } from '../reading.ts';
import type { KafkaStart } from '../../ports/kafka-settings.ts';
import { integer, nonEmptyText, oneOf, wrong } from '../values.ts';

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

const pattern = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) (?:([+-]\d\d)(\d\d)|Z|UTC|GMT)$/;

/** Milliseconds since 1970 of `yyyy-MM-dd HH:mm:ss.SSS Z`, with the zone as `+0200` or `UTC`. */
const date: Read<number> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  if (value === undefined) return undefined;
  const match = pattern.exec(value);
  const [, day, time, hours, minutes] = match ?? [];
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  const ms = Date.parse(`${day}T${time}${zone}`);
  if (match !== null && Number.isFinite(ms)) return ms;
  const message = `\`${what}\`: ${shown(node)} is not a date`;
  return wrong('BAD_VALUE', node, message, 'yyyy-MM-dd HH:mm:ss.SSS Z', reading);
};
