import { errorCatalogue } from '#protocol/errors.ts';

/** The errors of `npm run demo`. */
export const demoErrors = errorCatalogue('WEIR_DEMO', {
  BAD_OPTION: {
    cause: 'The command or an option of the demo is unknown or has a value that cannot be used.',
    remedy: 'npm run demo -- --help lists the commands and options.',
  },
  UNREACHABLE: {
    cause: 'The page of the application did not answer, or not as it should.',
    remedy: 'Start the application by npm start, or say where its page is by --page.',
  },
  REFUSED: {
    cause: 'The application would not do what the demo asked it for: the message says why.',
    remedy: 'Wait until all parts run and no other experiment does, then try again.',
  },
  COMPOSE: {
    cause: 'A command of docker compose failed: the message has its last words.',
    remedy: 'Try the command of the message by hand in the folder of docker-compose.yml.',
  },
});
