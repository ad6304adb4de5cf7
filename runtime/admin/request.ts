import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { adminErrors } from './errors.ts';

export const addressParams = z.object({
  ns: z.string().describe('Namespace of the function type.'),
  type: z.string().describe('Name of the function type, without its namespace.'),
  id: z.string().describe('Percent-encoded, slashes too.'),
});
export type AddressParams = z.infer<typeof addressParams>;

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

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** How a parameter that `wholeNumber` reads is described. */
export function numberParameter({
  min,
  max,
  otherwise,
}: Bounds & { readonly otherwise?: number }): z.ZodType {
  const number = z.int().min(min).max(max);
  return otherwise === undefined ? number.optional() : number.default(otherwise);
}

/** A number in the query; throws BAD_REQUEST unless it is a whole one from `min` to `max`. */
export function wholeNumber(
  request: { readonly url: string },
  name: string,
  { min, max, otherwise }: Bounds & { readonly otherwise: number },
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
