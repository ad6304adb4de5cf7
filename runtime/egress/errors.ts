import { errorCatalogue } from '#protocol/errors.ts';

/** What can go wrong where records leave. */
export const egressErrors = errorCatalogue('WEIR_EGRESS', {
  FILE_OPEN_FAILED: {
    cause: 'The file or folder of a file egress could not be opened or created.',
    remedy: 'Check the path, its permissions and the disk.',
  },
  FILE_NOT_EMPTY: {
    cause: 'A fresh start found content in the destination that no state knows of.',
    remedy: 'Move the file or folder away, or start with the state folder that wrote it.',
  },
  FILE_SHORTER: {
    cause: 'The destination holds less than what was already published to it.',
    remedy: 'Put the original file back: somebody truncated, replaced or removed it.',
  },
  FILE_DAMAGED: {
    cause:
      'The published position is not at the beginning of a line, or a file does not follow on.',
    remedy: 'Put the original files back: somebody changed what was published.',
  },
  FOREIGN_BYTES: {
    cause: 'Behind the published position there is something that this runtime did not write.',
    remedy:
      'Find the other writer and stop it; then cut the file off at the byte that the message names.',
  },
  WRITE_FAILED: {
    cause: 'Writing to the destination failed, for example because the disk is full.',
    remedy: 'Free space or repair the disk; the same records are written again by themselves.',
  },
  NOT_OPEN: {
    cause: 'Records were published to an egress that is not open, or is closing.',
    remedy: 'Nothing is lost: they are published again after the next start.',
  },
  LISTEN_FAILED: {
    cause: 'The playground egress could not listen on its host and port.',
    remedy: 'Stop whoever uses the port, or give the egress another `port` or `host`.',
  },
  NOT_AN_EGRESS_RECORD: {
    cause: 'A record for the playground egress is not an `io.statefun.playground/EgressRecord`.',
    remedy: 'Send JSON `{"topic": …, "payload": …}` with that typename.',
  },
  UNKNOWN_TOPIC: {
    cause: 'The playground egress has no such topic.',
    remedy: 'Add it to `topics` in the module file, or use one of the known ones.',
  },
  EMPTY_TOPIC: {
    cause: 'There is no committed record in this topic now.',
    remedy: 'Ask again later.',
  },
  METHOD_NOT_ALLOWED: {
    cause: 'The playground egress answers `GET /<topic>` only.',
    remedy: 'Use GET.',
  },
});
