import { errorCatalogue } from '#protocol/errors.ts';

/** What keeps a runtime from starting, or ends it. */
export const hostErrors = errorCatalogue('WEIR_RUNTIME', {
  ADMIN_PORT: {
    cause: 'The admin API can not listen where it was told to.',
    remedy: 'Give another address with --admin (or WEIR_ADMIN); port 0 takes any free one.',
  },
  UNEXPECTED: {
    cause: 'Something happened that the runtime says can not happen.',
    remedy: 'Start it again: it goes on from the last commit. Please report the log as a bug.',
  },
});
