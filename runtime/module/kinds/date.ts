import { shown, type Read } from '../reading.ts';
import { nonEmptyText, wrong } from '../values.ts';

const pattern = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) (?:([+-]\d\d)(\d\d)|Z|UTC|GMT)$/;

/** Milliseconds since 1970 of `yyyy-MM-dd HH:mm:ss.SSS Z`, with the zone as `+0200` or `UTC`. */
export const date: Read<number> = (node, what, reading) => {
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
