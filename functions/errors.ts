import { errorCatalogue } from '#protocol/errors.ts';

/** The function process's errors. */
export const functionsErrors = errorCatalogue('WEIR_FUNCTIONS', {
  BAD_OPTION: {
    cause: 'An option of the function process has a value that it cannot have.',
    remedy: 'Correct the option; `node functions/main.ts --help` lists them.',
  },
});
