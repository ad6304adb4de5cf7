import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { operationsOf, type Document } from '../../scripts/openapi-parts.ts';

/** The committed description; that it is current is tested with the pages. */
export const document = JSON.parse(
  readFileSync(new URL('../../docs/admin-api.json', import.meta.url), 'utf8'),
) as Document;

interface Answered {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

// The document leaves objects open for later versions; here a field that it lacks is a mistake.
const ajv = new Ajv2020({
  formats: { 'date-time': (text: string) => new Date(text).toISOString() === text },
  strict: true,
  // An error is told apart by its code alone, beside the shape of all errors.
  strictTypes: false,
});
// The schemas lie in a document that is none itself.
ajv.addVocabulary(Object.keys(document));
ajv.addSchema(closed(document) as object, 'admin', undefined, false);

/** What was answered as it is described: `GET /parked 200`, `GET /parked 400 WEIR_ADMIN_…`. */
export const seen = new Set<string>();

/**
 * Fails unless an answer is one that the document describes: route, status, media type, body, and
 * no field more. What is no route must answer an error.
 */
export function expectDescribed(method: string, url: string, answered: Answered): void {
  const { status, type, text } = answered;
  const route = routeOf(method, url.replace(/\?.*/s, ''));
  const what = `${method} ${route?.path ?? url} ${status}`;
  if (method === 'HEAD') return;
  if (route === undefined) {
    expectValid(what, '/components/schemas/Error', JSON.parse(text));
    return;
  }
  const media = type.replace(/;.*/, '');
  const content = route.operation.responses[status]?.content ?? {};
  expect(Object.keys(content), what).toContain(media);
  const place = ['paths', route.path, method.toLowerCase(), 'responses', status, 'content', media];
  const pointer = [...place, 'schema'].map((step) => `/${pointerStep(String(step))}`).join('');
  const body: unknown = media === 'application/json' ? JSON.parse(text) : text;
  expectValid(what, pointer, body);
  seen.add(what);
  if (typeof body === 'object' && body !== null && 'code' in body) seen.add(`${what} ${body.code}`);
}

function expectValid(what: string, pointer: string, body: unknown): void {
  const validate = ajv.getSchema(`admin#${pointer}`) as ValidateFunction | undefined;
  if (validate === undefined) throw new Error(`${what}: nothing is described at ${pointer}`);
  const isValid = validate(body);
  const shown = JSON.stringify(body).slice(0, 1_000);
  expect(isValid, `${what}: ${ajv.errorsText(validate.errors)}: ${shown}`).toBe(true);
}

/** Segments that are written out come before parameters, as the router has it. */
function routeOf(method: string, path: string) {
  const segments = path.split('/').map(decoded);
  return operationsOf(document).find(({ path: template, method: of }) => {
    const wanted = template.split('/');
    const fits = (part: string, i: number): boolean =>
      part.startsWith('{') ? segments[i] !== '' : part === segments[i];
    return method === of && wanted.length === segments.length && wanted.every(fits);
  });
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function pointerStep(text: string): string {
  return encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));
}

function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const isOpen = copy['type'] === 'object' && 'properties' in copy;
  return isOpen && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy;
}
