/** `npm run demo -- break`: does something to the running application and shows what comes of it. */
import { WeirError, messageOf } from '#protocol/errors.ts';
import { compose } from './compose.ts';
import { ConsoleApi } from './console-api.ts';
import { follow } from './follow.ts';
import { demoOptions, usage } from './options.ts';

const exitUsage = 64;
const exitUnavailable = 69;

async function main(): Promise<number> {
  const options = demoOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  const api = await ConsoleApi.open(options.page);
  const doer = options.compose ? compose(options.composeCommand) : null;
  return follow(api, options.experiment, doer, (line) => void process.stdout.write(`${line}\n`));
}

try {
  process.exitCode = await main();
} catch (error) {
  const hint = error instanceof WeirError ? `\n  ${error.hint}` : '';
  const code = error instanceof WeirError ? `${error.code}: ` : '';
  process.stderr.write(`${code}${messageOf(error)}${hint}\n`);
  const usageError = error instanceof WeirError && error.code.endsWith('BAD_OPTION');
  process.exitCode = usageError ? exitUsage : exitUnavailable;
}
