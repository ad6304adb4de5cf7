import { cliErrors } from './errors.ts';

const switches = ['WEIR_TAKEOVER', 'WEIR_JSON'];

/**
 * Makes environment variables mean what people expect: an empty one is not set (as container
 * tools pass it), and a switch set to `0`, `no` or `false` is off, where the option parser would
 * take its mere presence for "on". Changes `env`.
 */
export function tidyEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(env)) {
    if (name.startsWith('WEIR_') && env[name] === '') delete env[name];
  }
  for (const name of switches) {
    const value = env[name];
    if (value === undefined || /^(1|true|yes)$/i.test(value)) continue;
    if (!/^(0|false|no)$/i.test(value)) {
      throw cliErrors.USAGE(`${name} is neither true nor false`, {
        hint: `Set ${name}=1 or ${name}=0.`,
      });
    }
    delete env[name];
  }
}
