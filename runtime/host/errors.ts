import { errorCatalogue } from '#protocol/errors.ts';

/** What keeps a runtime from starting, or ends it. */
export const hostErrors = errorCatalogue('WEIR_RUNTIME', {
  ADMIN_PORT: {
    cause: 'The admin API can not listen where it was told to.',
    remedy: 'Give another address with --admin (or WEIR_ADMIN); port 0 takes any free one.',
  },
  LAST_COMMIT: {
    cause: 'The runtime was stopped, and its last commit did not get through in time.',
    remedy:
      'Nothing that was acknowledged is lost: the next start goes on from the last commit that ' +
      'did. See in the log why the store failed.',
  },
  STOPPED: {
    cause: 'The runtime was stopped before it had started.',
    remedy: 'Nothing to repair.',
  },
  COMMITTED_READ: {
    cause: 'The last committed values of an address could not be read from the store.',
    remedy: 'Try again; `weir snapshots verify` tells whether the state can be read at all.',
  },
  UNEXPECTED: {
    cause: 'Something happened that the runtime says can not happen.',
    remedy: 'Start it again: it goes on from the last commit. Please report the log as a bug.',
  },
});
