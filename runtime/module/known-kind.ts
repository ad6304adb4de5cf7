import { legacyKinds } from './kinds.ts';
import { nearest } from './nearest.ts';
import { shown, type Read } from './reading.ts';
import { text } from './values.ts';

/** A kind that is known, or the known one that a misspelled one was meant to be. */
export function knownKind(known: Iterable<string>): Read<string> {
  const names = [...known];
  return (node, what, reading) => {
    const given = text(node, what, reading);
    if (given === undefined || names.includes(given)) return given;
    const secret = node.type === 'scalar' && node.secret;
    const meant = secret ? null : (legacyKinds.get(given) ?? nearest(given, names));
    const all = names.join(', ');
    reading.unknownKinds++;
    reading.mistakes.add('UNKNOWN_KIND', node.at, `\`${what}\`: ${shown(node)} is not known`, {
      expected: meant ?? `one of ${all}`,
      ...(meant === null ? {} : { hint: `Did you mean ${meant}? Known: ${all}.` }),
    });
    return meant ?? undefined;
  };
}
