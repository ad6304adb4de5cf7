import { errorCatalogue } from '#protocol/errors.ts';

/** The errors of the supervisor that runs the application on one machine. */
export const deployErrors = errorCatalogue('WEIR_DEPLOY', {
  BAD_OPTION: {
    cause: 'An option of npm start is unknown or has a value that cannot be used.',
    remedy: 'npm start -- --help lists the options.',
  },
  PORT_IN_USE: {
    cause: 'Another program listens on a port that the application needs.',
    remedy: 'End that program, or move all ports: npm start -- --ports-from 18000',
  },
  DATA_IN_USE: {
    cause: 'Another supervisor runs the application on the same data folder.',
    remedy: 'End it, or give this one a folder of its own: npm start -- --data ./.weir-2',
  },
  NOT_OUR_DATA: {
    cause: 'The data folder holds files that the application did not write.',
    remedy: 'Give another folder by --data; --fresh removes nothing from a folder like this.',
  },
});
