import type { ModuleSpec } from './spec.ts';

/** What a dump shows instead of a value that came from outside the file. */
const redacted = '***';

/**
 * JSON pointers (RFC 6901) of the text and numbers in `spec` that are among `secrets`. A value of
 * the file that happens to be equal to a secret one is found too: better one too many.
 */
export function findSecrets(spec: unknown, secrets: ReadonlySet<unknown>, at = ''): string[] {
  if (secrets.size === 0) return [];
  if (typeof spec === 'string' || typeof spec === 'number') return secrets.has(spec) ? [at] : [];
  if (typeof spec !== 'object' || spec === null) return [];
  return Object.entries(spec).flatMap(([key, value]) =>
    findSecrets(value, secrets, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

/** A copy of the module that is safe to show: every secret value is `***`. Plain JSON data. */
export function redactModule(module: ModuleSpec): unknown {
  const secret = new Set(module.secretPaths);
  const copy = (value: unknown, at: string): unknown => {
    if (secret.has(at)) return redacted;
    if (Array.isArray(value)) return value.map((item, i) => copy(item, `${at}/${i}`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        const name = key.replaceAll('~', '~0').replaceAll('/', '~1');
        return [key, copy(item, `${at}/${name}`)];
      }),
    );
  };
  return copy(module, '');
}
