import { Fields } from '../fields.ts';
import { mapping, shown, whole, type Read, type Reading } from '../reading.ts';
import type { RouteKeySpec, RouteSpec } from '../spec.ts';
import type { MapTree, Tree } from '../tree.ts';
import { jsonPointer, nonEmptyText, targets, typeName, wrong } from '../values.ts';

/** One route of `weir.http.v1/ingress`. */
export const route: Read<RouteSpec> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['path', 'valueType', 'key', 'targets'], reading);
  const path = fields.required('path', routePath);
  return whole<RouteSpec>({
    path,
    valueType: fields.required('valueType', typeName),
    key: fields.required('key', routeKey(path)),
    targets: fields.required('targets', targets),
  });
};

const parameterName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Letters that need no percent-encoding in a path segment (RFC 3986 `pchar`), without `:`. */
const literalSegment = /^[A-Za-z0-9\-._~!$&'()+,;=@]+$/;

const routePath: Read<string> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  if (value === undefined) return undefined;
  const fault = pathFault(value);
  if (fault === null) return value;
  const message = `\`${what}\`: ${shown(node)} ${fault}`;
  return wrong('BAD_ROUTE', node, message, 'a path such as /accounts/:id', reading);
};

function pathFault(path: string): string | null {
  if (!path.startsWith('/')) return 'does not begin with `/`';
  if (path === '/') return null;
  const segments = path.slice(1).split('/');
  const parameters = parametersOf(path);
  if (new Set(parameters).size < parameters.length) return 'has a parameter twice';
  for (const segment of segments) {
    if (segment === '') return 'has an empty segment';
    const name = segment.startsWith(':') ? segment.slice(1) : null;
    if (name !== null && !parameterName.test(name)) return 'has a parameter without a proper name';
    if (name === null && !literalSegment.test(segment)) {
      return 'has characters that are not plain text in a path';
    }
    if (segment === '.' || segment === '..') return 'has a `.` or `..` segment';
  }
  return null;
}

function parametersOf(path: string): string[] {
  return path
    .split('/')
    .filter((segment) => segment.startsWith(':'))
    .map((segment) => segment.slice(1));
}

/** Exactly one of `pointer`, `header` and `path`; `path` must be a parameter of the route's path. */
function routeKey(path: string | undefined): Read<RouteKeySpec> {
  return (node, what, reading) => {
    const map = mapping(node, what, reading);
    if (map === undefined) return undefined;
    const fields = new Fields(map, what, ['pointer', 'header', 'path'], reading);
    const given = ['pointer', 'header', 'path'].filter((name) => fields.has(name));
    if (given.length !== 1) return notOne(map, what, given, reading);
    if (given[0] === 'pointer') return part('pointer', fields.required('pointer', jsonPointer));
    if (given[0] === 'header') return part('header', fields.required('header', headerName));
    return part('path', fields.required('path', parameter(path)));
  };
}

function part(
  from: 'pointer' | 'header' | 'path',
  value: string | undefined,
): RouteKeySpec | undefined {
  if (value === undefined) return undefined;
  if (from === 'pointer') return { from, pointer: value };
  if (from === 'header') return { from, header: value };
  return { from, parameter: value };
}

function notOne(map: MapTree, what: string, given: string[], reading: Reading): undefined {
  // An unknown key has been named already; it may be the one that is missing.
  if (given.length === 0 && (map.entries.size > 0 || reading.damaged)) return undefined;
  const message =
    given.length === 0 ? `\`${what}\` is empty` : `\`${what}\` has ${given.join(' and ')}`;
  return wrong('BAD_ROUTE', map, message, 'one of pointer, header and path', reading);
}

const headerName: Read<string> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  if (value === undefined) return undefined;
  if (/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(value)) return value.toLowerCase();
  const message = `\`${what}\`: ${shown(node)} is not the name of a header`;
  return wrong('BAD_ROUTE', node, message, 'a header such as X-Account', reading);
};

function parameter(path: string | undefined): Read<string> {
  return (node, what, reading) => {
    const value = nonEmptyText(node, what, reading);
    if (value === undefined || path === undefined) return value;
    const known = parametersOf(path);
    const name = value.startsWith(':') ? value.slice(1) : value;
    if (known.includes(name)) return name;
    const message = `\`${what}\`: ${shown(node)} is no parameter of the route's path`;
    const expected = known.length === 0 ? 'a path such as /accounts/:id' : known.join(' or ');
    return wrong('BAD_ROUTE', node, message, expected, reading);
  };
}

/** Two routes that differ in the names of parameters only match the same paths. */
export function overlappingRoutes(routes: Tree | undefined, reading: Reading): void {
  if (routes?.type !== 'list') return;
  const lines = new Map<string, number>();
  for (const item of routes.items) {
    const path = item.type === 'mapping' ? item.entries.get('path')?.value : undefined;
    if (path?.type !== 'scalar' || typeof path.value !== 'string') continue;
    const shape = path.value.replace(/\/:[^/]*/g, '/:');
    const first = lines.get(shape);
    if (first === undefined) lines.set(shape, path.at.line);
    else {
      const message = `\`path\`: ${shown(path)} matches the same paths as the one in line ${first}`;
      reading.mistakes.add('DUPLICATE_ROUTE', path.at, message);
    }
  }
}
