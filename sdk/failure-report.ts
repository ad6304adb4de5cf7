import { messageOf, WeirError } from '#protocol/errors.ts';
import type { Address } from '#protocol/messages.ts';
import { HandlerFailure } from './batch-run.ts';
import { sdkErrors } from './errors.ts';
import type { Logger } from './logger.ts';

/** Where a request failed. */
export interface FailureDetails {
  /** A code of the error catalogue. */
  readonly code: string;
  /** Null if the request could not even be read. */
  readonly address: Address | null;
  /** Typename of the message whose handler failed, if it was one. */
  readonly typename: string | null;
}

/** Called with what a handler threw; for metrics and error trackers. */
export type ErrorHook = (error: unknown, details: FailureDetails) => void;

const textCharactersMax = 900;

/**
 * Logs a failed request, tells the hook, and returns the one line that the runtime gets: it shows
 * it as the reason when the address is parked.
 */
export function reportFailure(error: unknown, logger: Logger, onError: ErrorHook | null): string {
  const cause = error instanceof HandlerFailure ? error.cause : error;
  const details = detailsOf(error, cause);
  const { code, address, typename } = details;
  const fields = {
    err: cause,
    code,
    ...(address === null ? {} : { function: address.type, id: address.id }),
    ...(typename === null ? {} : { typename }),
  };
  logger.error(fields, address === null ? 'a request failed' : 'a handler failed');
  try {
    onError?.(cause, details);
  } catch (hookError) {
    logger.error({ err: hookError }, 'the onError hook failed itself');
  }
  return failureText(details, cause);
}

function detailsOf(error: unknown, cause: unknown): FailureDetails {
  const handlerFailed = error instanceof HandlerFailure;
  const fallback = sdkErrors.code('HANDLER_FAILED');
  return {
    code: cause instanceof WeirError ? cause.code : fallback,
    address: handlerFailed ? error.address : null,
    typename: handlerFailed ? error.typename : null,
  };
}

function failureText({ code, address, typename }: FailureDetails, cause: unknown): string {
  const where = address === null ? '' : ` at ${address.type}/${address.id}`;
  const what = typename === null ? '' : ` on ${typename}`;
  const text = `${code}${where}${what}: ${messageOf(cause)}`.replaceAll(/\s+/g, ' ');
  return text.length > textCharactersMax ? `${text.slice(0, textCharactersMax)}…` : text;
}
