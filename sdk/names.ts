import { sdkErrors } from './errors.ts';

/** Whether a text has the form `namespace/name`: exactly one slash, and something on both sides. */
export function isQualifiedName(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  const slash = text.indexOf('/');
  return slash > 0 && slash < text.length - 1 && text.indexOf('/', slash + 1) === -1;
}

/** As `isQualifiedName`, but what others declare may have further slashes in its namespace. */
export function isForeignName(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  const slash = text.lastIndexOf('/');
  return slash > 0 && slash < text.length - 1;
}

const stateName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Throws unless a state name is one that every runtime and SDK accepts. */
export function checkStateName(functionType: string, name: string): void {
  // `__proto__` fits the pattern, but as a key of an object literal it is no property.
  if (!stateName.test(name) || name === '__proto__') {
    throw sdkErrors.DEFINITION(
      `${functionType}: the state name "${name}" is not of the form [A-Za-z_][A-Za-z0-9_]*`,
    );
  }
}
