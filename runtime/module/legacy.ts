import { Fields } from './fields.ts';
import { kinds, legacyKinds } from './kinds.ts';
import { knownKind } from './known-kind.ts';
import { list, mapping, shown, type RawComponent, type Read, type Reading } from './reading.ts';
import type { MapTree, Tree } from './tree.ts';
import { oneOf } from './values.ts';

/** The three lists of a module of version 3.0: what an item is called, and where its kind is. */
const sections = [
  { key: 'endpoints', item: 'endpoint', kindKey: 'kind', hasId: false },
  { key: 'ingresses', item: 'ingress', kindKey: 'type', hasId: true },
  { key: 'egresses', item: 'egress', kindKey: 'type', hasId: true },
] as const;

/** The components of the single-document format. */
export function legacyComponents(
  map: MapTree,
  reading: Reading,
  take: (raw: RawComponent) => void,
): void {
  const root = new Fields(map, 'the document', ['version', 'module'], reading);
  root.required('version', version);
  const module = root.required('module', mapping);
  if (module === undefined) return;
  const fields = new Fields(module, 'module', ['meta', 'spec'], reading);
  fields.optional('meta', null, moduleMeta);
  const spec = fields.required('spec', mapping);
  if (spec === undefined) return;
  const lists = new Fields(
    spec,
    'spec',
    sections.map(({ key }) => key),
    reading,
  );
  for (const section of sections) {
    const items = lists.optional(section.key, null, list)?.items ?? [];
    items.forEach((item, i) => {
      const raw = component(item, `${section.key}[${i}]`, section, reading);
      if (raw !== undefined) take(raw);
    });
  }
}

const moduleMeta: Read<true> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['type'], reading);
  fields.optional('type', 'remote', oneOf(['remote']));
  return true;
};

/** "3.0", also unquoted. */
const version: Read<true> = (node, what, reading) => {
  if (node.type === 'scalar' && (node.value === '3.0' || node.value === 3)) return true;
  if (node.type === 'broken') return undefined;
  const message = `\`${what}\` is ${shown(node)}`;
  reading.mistakes.add('VERSION', node.at, message, { expected: '"3.0"' });
  return undefined;
};

function component(
  node: Tree,
  what: string,
  section: (typeof sections)[number],
  reading: Reading,
): RawComponent | undefined {
  const outer = mapping(node, what, reading);
  if (outer === undefined) return undefined;
  const inner = new Fields(outer, what, [section.item], reading).required(section.item, mapping);
  if (inner === undefined) return undefined;
  const fields = new Fields(inner, section.item, ['meta', 'spec'], reading);
  const meta = fields.required('meta', mapping);
  const spec = fields.required('spec', mapping);
  if (meta === undefined) return undefined;
  const metaKeys = section.hasId ? [section.kindKey, 'id'] : [section.kindKey];
  const metaFields = new Fields(meta, 'meta', metaKeys, reading);
  const kindNode = metaFields.node(section.kindKey);
  const known = [...legacyKinds.keys(), ...kinds.keys()];
  const kind = metaFields.required(section.kindKey, knownKind(known));
  if (kind === undefined || spec === undefined) return undefined;
  const id = metaFields.node('id');
  return {
    kind: legacyKinds.get(kind) ?? kind,
    at: kindNode!.at,
    spec: id === undefined ? spec : withId(spec, id),
  };
}

/** The id of `meta`, where the kinds look for it; it wins, as in StateFun. */
function withId(spec: MapTree, id: Tree): MapTree {
  return { ...spec, entries: new Map([...spec.entries, ['id', { at: id.at, value: id }]]) };
}
