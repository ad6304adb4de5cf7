import { basename, dirname, resolve } from 'node:path';
import { failPointFault } from '../ports/fail-point.ts';
import { adminTokens, adminTokensFile } from './admin-tokens.ts';
import { cliErrors } from './errors.ts';
import { stateOf, type HostAndPort } from './options.ts';
import type { RunOptions } from './run-options.ts';

/** The options of `weir run` as the option parser gives them. */
export interface RunArguments {
  readonly state: string;
  readonly commitEvery: number;
  readonly admin: HostAndPort;
  readonly adminTokens?: string;
  readonly name?: string;
  readonly takeover: boolean;
  readonly lease: number;
  readonly startBudget: number;
}

/** What is handed to the engine. Throws if the state's URL is not one. */
export function runOptions(modulePath: string, given: RunArguments): RunOptions {
  const absolute = resolve(modulePath);
  return {
    modulePath: absolute,
    state: stateOf(given.state),
    commitEveryMs: given.commitEvery,
    admin: given.admin,
    adminTokens: adminTokens(given.adminTokens, given.admin, process.env),
    adminTokensFile: adminTokensFile(given.adminTokens),
    name: given.name ?? folderName(absolute),
    takeover: given.takeover,
    leaseMs: given.lease,
    startBudgetMs: given.startBudget,
  };
}

function folderName(modulePath: string): string {
  const name = basename(dirname(modulePath)).replaceAll(/[^A-Za-z0-9._-]+/g, '-');
  return name.replace(/^[^A-Za-z0-9]+/, '').slice(0, 64) || 'weir';
}

/** `weir run`: the exit code, when the runtime has stopped. */
export async function run(modulePath: string, given: RunArguments): Promise<number> {
  const options = runOptions(modulePath, given);
  if (failPointFault !== null) throw cliErrors.USAGE(`WEIR_FAIL_POINT: ${failPointFault}`);
  // The rest of the runtime is loaded by this command alone: the others start at once.
  const { runModule } = await import('../run.ts');
  return runModule(options);
}
