import { errorCatalogue } from '#protocol/errors.ts';

/** What can go wrong on the command line itself. */
export const cliErrors = errorCatalogue('WEIR_CLI', {
  USAGE: {
    cause: 'An argument, option or environment variable has a value that makes no sense.',
    remedy: 'Run the command with `--help`: it shows every option with an example.',
  },
  UNREACHABLE: {
    cause: 'The admin API of a runtime did not answer.',
    remedy: 'Start the runtime, or name its admin address: `--admin HOST:PORT`.',
  },
  REFUSED: {
    cause: 'The admin API refused what was asked.',
    remedy: 'Read the answer: it says why.',
  },
});
