import { Fields } from '../fields.ts';
import { listOf, shown, whole, type RawComponent, type Read, type Reading } from '../reading.ts';
import type { PlaygroundEgressSpec } from '../spec.ts';
import { nonEmptyText, wrong } from '../values.ts';
import { listening } from './identity.ts';

const id = 'io.statefun.playground/egress';

/** One segment of a path. */
const topic: Read<string> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  if (value === undefined || !/[/\p{C}]/u.test(value)) return value;
  const message = `\`${what}\`: ${shown(node)} is not one segment of a path`;
  return wrong('BAD_VALUE', node, message, 'a name without `/`', reading);
};

/** `io.statefun.playground.v1/egress`; its id is fixed, so there can be one only. */
export function playgroundEgress(
  raw: RawComponent,
  reading: Reading,
): PlaygroundEgressSpec | undefined {
  const fields = new Fields(raw.spec, 'spec', ['port', 'host', 'topics'], reading);
  reading.facts.egressIds.push({ at: raw.at, shown: `\`${id}\``, id });
  return whole<PlaygroundEgressSpec>({
    kind: 'io.statefun.playground.v1/egress',
    line: raw.at.line,
    id,
    ...listening(fields, 8091, reading),
    topics: fields.required('topics', listOf(topic, 1)),
  });
}
