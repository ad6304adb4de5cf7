import { quoted } from '../mistakes.ts';
import { nearest } from '../nearest.ts';
import { listOf, mapping, shown, wrongType, type Read } from '../reading.ts';
import type { ScalarTree } from '../tree.ts';

/** What a property may be: any text, a whole number, one of a few words, or a secret text. */
export type PropertyKind = 'text' | 'secret' | 'count' | readonly string[];

/**
 * Settings of a client library: a list of mappings, usually with one entry each. A property that
 * would be left out silently, as a misspelled one, is a mistake.
 */
export function clientProperties(
  library: string,
  known: Readonly<Record<string, PropertyKind>>,
  /** Taken without effect. */
  passedOver: ReadonlySet<string>,
): Read<Readonly<Record<string, string>>> {
  return (node, what, reading) => {
    const maps = listOf((item, name) => mapping(item, name, reading))(node, what, reading);
    if (maps === undefined) return undefined;
    const given: Record<string, string> = {};
    for (const map of maps) {
      for (const [name, { at, value }] of map.entries) {
        const kind = Object.hasOwn(known, name) ? known[name] : undefined;
        if (kind === undefined && !passedOver.has(name)) {
          const near = nearest(name, Object.keys(known));
          reading.mistakes.add(
            'UNKNOWN_KEY',
            at,
            `there is no ${library} property ${quoted(name)}`,
            {
              expected:
                near === null ? 'one of those in the documentation of modules' : `\`${near}\``,
            },
          );
        }
        if (value.type === 'broken') continue;
        if (value.type !== 'scalar' || value.value === null) {
          wrongType(value, what, 'text, a number, true or false for each property', reading);
          continue;
        }
        const text = String(value.value);
        const expected = kind === undefined ? null : wrongFor(kind, text);
        if (expected !== null) {
          const message = `\`${name}\` is ${kind === 'secret' ? 'wrong' : shown(value)}`;
          reading.mistakes.add('BAD_VALUE', value.at, message, { expected });
        }
        if (isSecret(kind, value)) reading.secrets.add(text);
        if (kind !== undefined) given[name] = text;
      }
    }
    return given;
  };
}

function isSecret(kind: PropertyKind | undefined, value: ScalarTree): boolean {
  return kind === 'secret' || value.secret;
}

/** What would be right, or null if it is. */
function wrongFor(kind: PropertyKind, text: string): string | null {
  if (kind === 'count') return /^[0-9]{1,10}$/.test(text) ? null : 'a whole number';
  if (typeof kind !== 'string') {
    return kind.includes(text) ? null : kind.map((word) => `\`${word}\``).join(' or ');
  }
  return text.trim() === '' ? 'text' : null;
}
