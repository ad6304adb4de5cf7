import { pathToFileURL } from 'node:url';
import { messageOf } from '#protocol/errors.ts';
import type { EmbeddedFunctions } from '#runtime/ports/embedded.ts';
import { transportErrors } from './errors.ts';

/**
 * Imports a module of embedded functions and checks that its default export serves all of
 * `functions` (exact function types). Throws `WEIR_TRANSPORT_EMBEDDED_MODULE`.
 */
export async function loadEmbeddedModule(
  path: string,
  functions: readonly string[],
): Promise<EmbeddedFunctions> {
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(pathToFileURL(path).href)) as typeof loaded;
  } catch (cause) {
    throw transportErrors.EMBEDDED_MODULE(`${path}: ${messageOf(cause)}`, { cause });
  }
  const served = loaded.default;
  if (!isEmbedded(served)) {
    throw transportErrors.EMBEDDED_MODULE(
      `${path}: the default export has no functionTypes and invoke`,
    );
  }
  const missing = functions.filter((type) => !served.functionTypes.includes(type));
  if (missing.length > 0) {
    throw transportErrors.EMBEDDED_MODULE(
      `${path} does not serve ${missing.join(', ')} (it serves ${served.functionTypes.join(', ')})`,
    );
  }
  return served;
}

function isEmbedded(value: unknown): value is EmbeddedFunctions {
  if (typeof value !== 'object' || value === null) return false;
  const { functionTypes, invoke, invokeDecoded } = value as Partial<EmbeddedFunctions>;
  return (
    Array.isArray(functionTypes) &&
    typeof invoke === 'function' &&
    (invokeDecoded === undefined || typeof invokeDecoded === 'function')
  );
}
