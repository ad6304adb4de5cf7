import { ingressErrors } from './errors.ts';

/** The reference tokens of a JSON pointer, unescaped; none for the whole document. */
export type JsonPointer = readonly string[];

/** Parses an RFC 6901 pointer. Throws INVALID_POINTER. */
export function parsePointer(text: string): JsonPointer {
  if (text === '') return [];
  if (!text.startsWith('/')) {
    throw ingressErrors.INVALID_POINTER(
      `the pointer ${JSON.stringify(text)} does not begin with /`,
    );
  }
  return text
    .slice(1)
    .split('/')
    .map((token) => {
      if (/~(?![01])/.test(token)) {
        throw ingressErrors.INVALID_POINTER(
          `the pointer ${JSON.stringify(text)} has a ~ that is followed by neither 0 nor 1`,
        );
      }
      return token.replaceAll('~1', '/').replaceAll('~0', '~');
    });
}

/**
 * The value that a pointer names, or undefined. Own properties only: `/constructor` or
 * `/__proto__` find nothing that the document itself does not hold.
 */
export function resolvePointer(document: unknown, pointer: JsonPointer): unknown {
  let value = document;
  for (const token of pointer) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(token)) return undefined;
    if (!Object.hasOwn(value, token)) return undefined;
    value = (value as Record<string, unknown>)[token];
  }
  return value;
}
