/** Namespaces that belong to the runtime itself: nothing in a module file may serve them. */
const reservedNamespaces: ReadonlySet<string> = new Set(['weir.http.v1']);

/** Far beyond any name in use, and far below what a record of the cut can hold. */
const typeNameLengthMax = 255;

/** Why `text` is no `namespace/name`, or null if it is one. */
export function typeNameFault(text: string): string | null {
  if (text.length > typeNameLengthMax) return `is longer than ${typeNameLengthMax} characters`;
  const slashes = text.split('/').length - 1;
  if (slashes === 0) return 'has no `/`';
  if (slashes > 1) return `has ${slashes} \`/\` instead of one`;
  if (text.startsWith('/')) return 'has nothing before the `/`';
  if (text.endsWith('/')) return 'has nothing behind the `/`';
  if (/[\s\p{C}]/u.test(text)) return 'contains white space or control characters';
  if (text.includes('*')) return 'contains a `*`';
  return null;
}

/** Why `text` is neither `namespace/name` nor `namespace/*`, or null if it is. */
export function patternFault(text: string): string | null {
  return typeNameFault(text.endsWith('/*') ? `${text.slice(0, -1)}any` : text);
}

/** The part before the `/`. */
export function namespaceOf(typeName: string): string {
  return typeName.slice(0, typeName.indexOf('/'));
}

export function isReserved(pattern: string): boolean {
  return reservedNamespaces.has(namespaceOf(pattern));
}
