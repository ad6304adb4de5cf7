import { errorCatalogue, WeirError } from '#protocol/errors.ts';

const damaged =
  'Nothing was changed. Run `weir snapshots verify` to see what else is damaged, and restore the ' +
  'named object from a copy of the state. Starting empty is never done for you: to begin a new ' +
  'state, choose another --state.';

export const snapshotErrors = errorCatalogue('WEIR_SNAPSHOT', {
  CORRUPT_OBJECT: {
    cause: 'An object of the state is not what was written: its checksum or its format is wrong.',
    remedy: damaged,
  },
  MISSING_OBJECT: {
    cause: 'The state names an object that the store does not have.',
    remedy: damaged,
  },
  UNSUPPORTED_FORMAT: {
    cause: 'The state was written in a format that this version does not know.',
    remedy: 'Start the version of Weir that wrote it, or a newer one.',
  },
  FINGERPRINT_MISMATCH: {
    cause: 'The state belongs to an application with other function types, ingresses or egresses.',
    remedy: 'Start the module that wrote this state, or choose another --state for this one.',
  },
  SUPERSEDED: {
    cause: 'Another writer took over the state, so this one can never commit again.',
    remedy:
      'Nothing to repair: the other writer goes on from the last commit. Started again, this ' +
      'runtime waits as its standby.',
  },
  HEAD_ASSERTION: {
    cause: 'The head changed in a way that no writer of this format can cause.',
    remedy:
      'Check what else writes to this place (a restored copy, a synchronised folder, a store ' +
      'without conditional writes), and keep the state for a report.',
  },
  STORE_NOT_CONDITIONAL: {
    cause: 'The store does not honour the conditions on which a single writer rests.',
    remedy:
      'Use a store with conditional writes; for a folder, a file system with hard links (not FAT ' +
      'and not a share that emulates them).',
  },
  STORE_UNREACHABLE: {
    cause: 'The store answered nothing within the start budget.',
    remedy: 'Check --state, its permissions and the free space, then start again.',
  },
  STORE_FAILED: {
    cause: 'One operation on the store failed.',
    remedy: 'It is tried again; if it goes on, check permissions, free space and connection.',
  },
  UNKNOWN_STORE: {
    cause: 'The URL of the state names a kind of store that is not known.',
    remedy: 'Use a folder, `file:./.weir`, or object storage, `s3://bucket/prefix?endpoint=…`.',
  },
  OBJECT_EXISTS: {
    cause: 'An object was to be written under a name that another object has already.',
    remedy: 'Names are never reused: check what else writes to this place.',
  },
  NO_SUCH_CUT: {
    cause: 'A cut was asked for that is not there, or not any more.',
    remedy: 'See `weir snapshots list` for the cuts that are kept.',
  },
  INVALID_NAME: {
    cause: 'A name is not one that Weir gives to objects.',
    remedy: damaged,
  },
  INVALID_CUT: {
    cause: 'The bytes handed over are not whole records of a cut.',
    remedy: 'This is a defect of the runtime; nothing was committed. Please report it.',
  },
  INVALID_OPTION: {
    cause: 'An option of the snapshots is out of its range.',
    remedy: 'Correct the option named in the message.',
  },
  WRONG_ORDER: {
    cause: 'Snapshots were used in another order than acquire, recover, commit, close.',
    remedy: 'This is a defect of the runtime. Please report it.',
  },
  CLOSED: {
    cause: 'The snapshots were closed while something was under way.',
    remedy: 'Nothing to do: what was not committed is applied again after the next start.',
  },
  WORKER_FAILED: {
    cause: 'The thread that writes snapshots ended unexpectedly.',
    remedy: 'Start the runtime again: it recovers the last committed cut. Please report it.',
  },
});

/** Whether trying again can't help. Anything that is not a `WeirError` is a failure of the store. */
export function isPermanent(error: unknown): error is WeirError {
  return error instanceof WeirError && error.code !== snapshotErrors.code('STORE_FAILED');
}

/** The error as a `WeirError`; an unnamed one becomes `STORE_FAILED`. */
export function named(error: unknown, what: string): WeirError {
  if (error instanceof WeirError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return snapshotErrors.STORE_FAILED(`${what}: ${reason}`, { cause: error });
}
