import { errorCatalogue } from '#protocol/errors.ts';

/** The generator's errors. */
export const datagenErrors = errorCatalogue('WEIR_DATAGEN', {
  BAD_OPTION: {
    cause: 'An option of the generator has a value that it cannot have.',
    remedy: 'Correct the option; `npm run generate -- --help` lists them with their units.',
  },
  OTHER_STREAM: {
    cause: 'The event logs were written with another seed or other options.',
    remedy: 'Start with the options of before, or write to empty folders.',
  },
  BAD_CHECKPOINT: {
    cause: "The generator's checkpoint file is not readable as one.",
    remedy:
      'Delete the file. Event logs hold their position themselves; to an HTTP server everything is ' +
      'sent again from the beginning.',
  },
  NO_TOPIC: {
    cause: 'A topic that the generator writes to does not exist.',
    remedy: 'Create it, with one partition or more, or correct --to.',
  },
  NOT_SENT: {
    cause: 'The target has refused records, or the connection to it failed for good.',
    remedy: 'Start the generator again: it finds out what was taken, and goes on there.',
  },
  BAD_LOG: {
    cause: 'An event log folder is not as a generator leaves it.',
    remedy: 'Move what does not belong there out of the folder, or use an empty one.',
  },
});
