import type { JsonPointer } from './json-pointer.ts';
import { parsePointer } from './json-pointer.ts';
import { ingressErrors } from './errors.ts';
import { isAsciiPointer } from './record-key.ts';

/** A route as the module file gives it. */
export interface RouteOptions {
  /** `/accounts/:id`: each segment is literal, or a parameter that takes one segment. */
  readonly path: string;
  readonly key:
    | { readonly from: 'pointer'; readonly pointer: string }
    | { readonly from: 'header'; readonly header: string }
    | { readonly from: 'path'; readonly parameter: string };
  readonly valueType: string;
  readonly targets: readonly string[];
}

/** Where a record's key comes from, ready to use. */
export type RouteKey =
  | { readonly from: 'pointer'; readonly pointer: JsonPointer; readonly ascii: boolean }
  | { readonly from: 'header'; readonly header: string }
  /** Index of the segment. */
  | { readonly from: 'path'; readonly segment: number };

export interface Route {
  readonly path: string;
  /** Null: any non-empty segment. */
  readonly segments: readonly (string | null)[];
  readonly key: RouteKey;
  readonly valueType: string;
  readonly targets: readonly string[];
}

/** Parses a route. Throws INVALID_POINTER or BAD_PATH. */
export function parseRoute(options: RouteOptions): Route {
  const names = options.path.replace(/^\//, '').split('/');
  const segments = names.map((name) => (name.startsWith(':') ? null : name));
  const { path, valueType, targets } = options;
  return { path, segments, key: routeKey(options, names), valueType, targets };
}

function routeKey({ key, path }: RouteOptions, names: readonly string[]): RouteKey {
  if (key.from === 'pointer') {
    const pointer = parsePointer(key.pointer);
    return { from: 'pointer', pointer, ascii: isAsciiPointer(pointer) };
  }
  if (key.from === 'header') return { from: 'header', header: key.header.toLowerCase() };
  const segment = names.indexOf(`:${key.parameter}`);
  if (segment === -1) {
    throw ingressErrors.BAD_PATH(`route ${path} has no parameter :${key.parameter} for its key`);
  }
  return { from: 'path', segment };
}

/** In the order in which they are tried: at the first difference a literal comes first. */
export function byPrecedence(routes: readonly Route[]): Route[] {
  return [...routes].sort((a, b) => {
    const at = a.segments.findIndex(
      (segment, i) => (segment === null) !== (b.segments[i] === null),
    );
    if (at === -1) return 0;
    return a.segments[at] === null ? 1 : -1;
  });
}

export function routeMatches(route: Route, segments: readonly string[]): boolean {
  return (
    route.segments.length === segments.length &&
    route.segments.every((literal, i) =>
      literal === null ? segments[i] !== '' : literal === segments[i],
    )
  );
}
