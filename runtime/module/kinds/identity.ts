import type { Fields } from '../fields.ts';
import { shown, type Read, type Reading } from '../reading.ts';
import { nonEmptyText, port, typeName, wrong } from '../values.ts';

/** The id of an ingress; noted, since no two may have the same. */
export const ingressId: Read<string> = (node, what, reading) => {
  const id = typeName(node, what, reading);
  if (id !== undefined) reading.facts.ingressIds.push({ at: node.at, shown: shown(node), id });
  return id;
};

/** The id of an egress; noted, since no two may have the same. */
export const egressId: Read<string> = (node, what, reading) => {
  const id = typeName(node, what, reading);
  if (id !== undefined) reading.facts.egressIds.push({ at: node.at, shown: shown(node), id });
  return id;
};

const hostName: Read<string> = (node, what, reading) => {
  const host = nonEmptyText(node, what, reading);
  if (host === undefined || /^[A-Za-z0-9._:%-]+$/.test(host)) return host;
  const message = `\`${what}\`: ${shown(node)} is not a host`;
  return wrong('BAD_VALUE', node, message, 'an address such as 127.0.0.1, or a name', reading);
};

/** Where a component listens; noted, since no two may listen on the same port. */
export function listening(
  fields: Fields,
  defaultPort: number | null,
  reading: Reading,
): { host: string | undefined; port: number | undefined } {
  const host = fields.optional('host', '127.0.0.1', hostName);
  const number =
    defaultPort === null
      ? fields.required('port', port)
      : fields.optional('port', defaultPort, port);
  if (number !== undefined) {
    const node = fields.node('port');
    reading.facts.ports.push({
      at: node?.at ?? fields.at,
      shown: node === undefined ? `\`${number}\`` : shown(node),
      // A host that can't be read may be any.
      host: host ?? '0.0.0.0',
      port: number,
    });
  }
  return { host, port: number };
}
