import { statSync } from 'node:fs';
import { redactModule } from './redact.ts';
import type { ModuleSpec } from './spec.ts';

/** The right of everybody, whoever they are, to read a file. */
const everybodyReads = 0o004;

/** A file with a secret, and its name as it may be shown: a path that is itself a secret is hidden. */
interface SecretFile {
  readonly path: string;
  readonly shown: string;
}

/**
 * Files with secrets of a module whose rights let every user of the machine read them: keys, and
 * what `${file:…}` names. By the names that may be shown, each once.
 */
export function readableByEverybody(module: ModuleSpec): string[] {
  const files = secretFiles(module).filter(({ path }) => isReadableByEverybody(path));
  return [...new Set(files.map(({ shown }) => shown))];
}

/** False also if that can't be told: whoever needs the file says what is wrong with it. */
export function isReadableByEverybody(path: string): boolean {
  // Windows keeps rights elsewhere, and tells of none here.
  if (process.platform === 'win32') return false;
  try {
    return (statSync(path).mode & everybodyReads) !== 0;
  } catch {
    return false;
  }
}

function secretFiles(module: ModuleSpec): SecretFile[] {
  const shown = keyFiles(redactModule(module) as ModuleSpec);
  const keys = keyFiles(module).flatMap((path, i) => {
    // A certificate or key may also stand in the module itself.
    if (path == null || path.includes('-----BEGIN ')) return [];
    return [{ path, shown: shown[i] ?? path }];
  });
  return [...module.filesRead.map((path) => ({ path, shown: path })), ...keys];
}

/** One place for each option that may name a file. */
function keyFiles({ endpoints, ingresses, egresses }: ModuleSpec): (string | null | undefined)[] {
  const ofEndpoints = endpoints.flatMap(({ signing, transport }) => [
    signing?.privateKey,
    'clientKey' in transport ? transport.clientKey : null,
  ]);
  const ofConnectors = [...ingresses, ...egresses].flatMap((spec) => [
    'properties' in spec ? spec.properties['ssl.keystore.location'] : null,
    'credentials' in spec && spec.credentials.type === 'profile' ? spec.credentials.path : null,
  ]);
  return [...ofEndpoints, ...ofConnectors];
}
