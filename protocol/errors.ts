/** What the error pages say of a code. */
export interface ErrorEntry {
  /** What went wrong, in general. */
  readonly cause: string;
  /** What the reader of the message can do about it. */
  readonly remedy: string;
}

export interface ErrorDetails {
  /** Replaces the catalogue's remedy where something more exact is known. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Every error that Weir raises on purpose. `code` is stable and never reused; `message` says what
 * was wrong and where; `hint` says what to do.
 */
export class WeirError extends Error {
  override readonly name = 'WeirError';
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}

export type ErrorCatalogue<T> = {
  readonly [K in keyof T]: (message: string, details?: ErrorDetails) => WeirError;
} & {
  /** The catalogue itself, for the pages: full code to entry. */
  readonly entries: ReadonlyMap<string, ErrorEntry>;
  /** The full code of a name, to compare with `WeirError.code`. */
  readonly code: (name: keyof T & string) => string;
};

/**
 * The error codes of one room: `errorCatalogue('WEIR_MODULE', { UNKNOWN_KEY: {…} })` gives
 * `WEIR_MODULE_UNKNOWN_KEY` by `errors.UNKNOWN_KEY('what was wrong, and where')`.
 */
export function errorCatalogue<const T extends Record<string, ErrorEntry>>(
  prefix: string,
  entries: T,
): ErrorCatalogue<T> {
  const byCode = new Map<string, ErrorEntry>();
  const makers: Record<string, (message: string, details?: ErrorDetails) => WeirError> = {};
  for (const [name, entry] of Object.entries(entries)) {
    const code = `${prefix}_${name}`;
    byCode.set(code, entry);
    makers[name] = (message, details) =>
      new WeirError(code, message, details?.hint ?? entry.remedy, details?.cause);
  }
  return {
    ...makers,
    entries: byCode,
    code: (name: string) => `${prefix}_${name}`,
  } as unknown as ErrorCatalogue<T>;
}

/** The text of anything thrown; for messages and logs. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
