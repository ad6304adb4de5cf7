import type { FastifyRequest } from 'fastify';
import { adminErrors } from './errors.ts';

export interface AddressParams {
  readonly ns: string;
  readonly type: string;
  readonly id: string;
}

export type AdminRequest<Params = unknown> = FastifyRequest<{ Params: Params }>;

/** A parameter of the query, or undefined. Throws BAD_REQUEST if it can't be read as one text. */
export function parameterOf(request: { readonly url: string }, name: string): string | undefined {
  const [, query = ''] = request.url.split(/\?(.*)/s, 2);
  const found: string[] = [];
  for (const pair of query.split('&')) {
    const [key = '', value = ''] = pair.split(/=(.*)/s, 2);
    if (decoded(key, name) === name) found.push(decoded(value, name));
  }
  if (found.length > 1) throw adminErrors.BAD_REQUEST(`the parameter ${name} is there twice`);
  return found[0];
}

/** A number in the query; throws BAD_REQUEST unless it is a whole one from `min` to `max`. */
export function wholeNumber(
  request: { readonly url: string },
  name: string,
  {
    min,
    max,
    otherwise,
  }: { readonly min: number; readonly max: number; readonly otherwise: number },
): number {
  const text = parameterOf(request, name);
  if (text === undefined) return otherwise;
  const value = /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw adminErrors.BAD_REQUEST(`${name} is a whole number from ${min} to ${max}`);
}

function decoded(text: string, name: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw adminErrors.BAD_REQUEST(`the query has malformed percent-encoding (looking for ${name})`);
  }
}
