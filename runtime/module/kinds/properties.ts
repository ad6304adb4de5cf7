import { listOf, mapping, wrongType, type Read } from '../reading.ts';

/**
 * Settings of a client library: a list of mappings, usually with one entry each, whose values are
 * text, numbers or true/false. Gives their names.
 */
export const properties: Read<string[]> = (node, what, reading) => {
  const maps = listOf((item, name) => mapping(item, name, reading))(node, what, reading);
  if (maps === undefined) return undefined;
  const names: string[] = [];
  for (const map of maps) {
    for (const [name, { value }] of map.entries) {
      names.push(name);
      if (value.type === 'broken') continue;
      if (value.type !== 'scalar' || value.value === null) {
        wrongType(value, what, 'text, a number, true or false for each property', reading);
      }
    }
  }
  return names;
};
