import { ConsoleError } from '../errors.ts';

/** The fields of a body, none of them checked; of a request without one, none. */
export function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return (body ?? {}) as Record<string, unknown>;
}

/** `what`: what is wrong with the request, without a full stop. */
export function badRequest(what: string): ConsoleError {
  return new ConsoleError('WEIR_CONSOLE_BAD_REQUEST', `${what}.`);
}
