import { statSync } from 'node:fs';
import { redactModule } from './redact.ts';
import type { ModuleSpec } from './spec.ts';

/** The right of everybody, whoever they are, to read a file. */
const everybodyReads = 0o004;

/**
 * Files with secrets of a module that every user of the machine may read: private keys, and what
 * `${file:…}` names. As they may be shown: a path that is itself a secret is hidden.
 */
export function readableByEverybody(module: ModuleSpec): string[] {
  // Windows keeps rights elsewhere, and tells of none here.
  if (process.platform === 'win32') return [];
  const shown = keyFiles(redactModule(module) as ModuleSpec);
  const keys = keyFiles(module).map((path, i) => ({ path, shown: shown[i] ?? path }));
  const read = module.filesRead.map((path) => ({ path, shown: path }));
  return [...read, ...keys]
    .filter(({ path }) => isReadableByEverybody(path))
    .map((file) => file.shown);
}

export function isReadableByEverybody(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.mode & everybodyReads) !== 0;
}

function keyFiles({ endpoints, ingresses, egresses }: ModuleSpec): string[] {
  const ofEndpoints = endpoints.flatMap(({ signing, transport }) => [
    signing?.privateKey,
    'clientKey' in transport ? transport.clientKey : null,
  ]);
  const ofConnectors = [...ingresses, ...egresses].map((spec) =>
    'properties' in spec ? spec.properties['ssl.keystore.location'] : null,
  );
  // A certificate or key may also stand in the file itself.
  return [...ofEndpoints, ...ofConnectors].filter(
    (path): path is string => path != null && !path.includes('-----BEGIN '),
  );
}
