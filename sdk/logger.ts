/** The part of pino's interface that the SDK uses; any logger with it will do. */
export interface Logger {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
  /** A logger that adds `fields` to each line; without it the SDK adds them itself. */
  child?(fields: object): Logger;
}

/** A logger that adds `fields` to each line. */
export function childLogger(logger: Logger, fields: object): Logger {
  if (logger.child !== undefined) return logger.child(fields);
  return {
    debug: (own, message) => logger.debug({ ...fields, ...own }, message),
    info: (own, message) => logger.info({ ...fields, ...own }, message),
    warn: (own, message) => logger.warn({ ...fields, ...own }, message),
    error: (own, message) => logger.error({ ...fields, ...own }, message),
  };
}

/** Writes nothing. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};
