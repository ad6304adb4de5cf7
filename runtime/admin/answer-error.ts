import type { FastifyReply } from 'fastify';
import { messageOf, WeirError } from '#protocol/errors.ts';
import { coreErrors } from '../core/errors.ts';
import type { ErrorAnswer } from './error-shape.ts';
import { adminErrors } from './errors.ts';

/** 404 for what is not there, 503 for not now, 400 for what the request got wrong. */
const statusByCode: ReadonlyMap<string, number> = new Map([
  [adminErrors.code('UNKNOWN_ADDRESS'), 404],
  [adminErrors.code('UNKNOWN_TYPE'), 404],
  [adminErrors.code('NO_SUCH_ROUTE'), 404],
  [coreErrors.code('NOT_PARKED'), 404],
  [adminErrors.code('BAD_REQUEST'), 400],
  [adminErrors.code('UNFIT_RECORD'), 400],
  [adminErrors.code('UNAUTHENTICATED'), 401],
  [adminErrors.code('FORBIDDEN'), 403],
  [adminErrors.code('FOREIGN_PAGE'), 403],
  [adminErrors.code('NOT_READY'), 503],
]);

/** The status of an answer with this code; what nobody names here is no fault of the request. */
export function statusOf(code: string): number {
  return statusByCode.get(code) ?? 500;
}

/** Answers `{code, message, hint}`. */
export function answerError(thrown: unknown, reply: FastifyReply): FastifyReply {
  const { error, status } = named(thrown);
  const { code, message, hint } = error;
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  const answer: ErrorAnswer = { code, message, hint };
  return reply.code(status).type('application/json; charset=utf-8').send(answer);
}

function named(thrown: unknown): { error: WeirError; status: number } {
  if (thrown instanceof WeirError) {
    return { error: thrown, status: statusOf(thrown.code) };
  }
  // What the server itself refuses: a path that can't be decoded, a body that is too large.
  const { statusCode } = thrown as { statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return { error: adminErrors.BAD_REQUEST(messageOf(thrown)), status: statusCode };
  }
  return { error: adminErrors.INTERNAL(messageOf(thrown), { cause: thrown }), status: 500 };
}
