/** Describes the admin API in OpenAPI 3.1, from what its routes say of themselves. */
import swagger from '@fastify/swagger';
import fastify, { type FastifySchema, type RouteOptions } from 'fastify';
import { z } from 'zod';
import { tags, type AboutRoute } from '#runtime/admin/about-route.ts';
import { openPaths, scopeOf } from '#runtime/admin/access.ts';
import { statusOf } from '#runtime/admin/answer-error.ts';
import { errorShape } from '#runtime/admin/error-shape.ts';
import { adminErrors } from '#runtime/admin/errors.ts';
import type { Metrics } from '#runtime/admin/metrics.ts';
import type { RuntimeView } from '#runtime/admin/runtime-view.ts';
import { adminRoutes } from '#runtime/admin/server.ts';
import { scopes, type Scope } from '#runtime/admin/tokens.ts';
import { coreErrors } from '#runtime/core/errors.ts';
import project from '../package.json' with { type: 'json' };

const description = [
  'What a running Weir can be asked.',
  'Path segments are percent-decoded once. Unknown parameters are passed over, and so are bodies. ' +
    'A GET may be a HEAD, too.',
  `What is not described here answers 404 with \`${adminErrors.code('NO_SUCH_ROUTE')}\`. What is no ` +
    'HTTP, or has a head that Node finds too large, is refused before Weir sees it, without a code.',
].join('\n\n');

const tokenDescription =
  'A token of `--admin-tokens`. Its scope is `read`, `operate` or `destroy`, each of which includes ' +
  'those before it. A runtime on a loopback address, without `--admin-tokens`, asks for none.';

type JsonSchema = Record<string, unknown>;
/** The shapes that have a name, as the document keeps them. */
type Named = Record<string, JsonSchema>;

/** The document; the same for every runtime of this version. */
export async function adminApiDocument(): Promise<object> {
  const server = fastify();
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.1',
      info: {
        title: 'Weir admin API',
        version: project.version,
        description,
        license: { name: 'Apache License 2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'The address of `--admin`.' }],
      tags: Object.entries(tags).map(([name, says]) => ({ name, description: says })),
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: tokenDescription },
        },
      },
    },
    convertConstToEnum: false,
    transform: ({ url, route, ...document }) => {
      const { components } = 'openapiObject' in document ? document.openapiObject : {};
      return { url, schema: described(route, url, (components?.schemas ?? {}) as Named) };
    },
  });
  // Nothing is asked of these routes but what they are.
  adminRoutes(server, {} as RuntimeView, {} as Metrics);
  await server.ready();
  const document = server.swagger();
  await server.close();
  return document;
}

/** What the plugin makes an operation of. */
function described({ method, config }: RouteOptions, url: string, named: Named): FastifySchema {
  const route = config?.about;
  if (route === undefined) throw new Error(`${String(method)} ${url} is not described`);
  const scope = openPaths.includes(url) ? null : scopeOf(String(method), url);
  const { id, tag, summary, details, params, query } = route;
  return {
    ...{ operationId: id, tags: [tag], summary },
    ...(details === undefined ? {} : { description: details }),
    ...(params === undefined ? {} : { params: jsonSchemaOf(params, named) }),
    ...(query === undefined ? {} : { querystring: jsonSchemaOf(query, named) }),
    security: scope === null ? [] : [{ token: [scope] }],
    response: { ...goodAnswers(route, named), ...refusals(route, String(method), scope, named) },
  };
}

function goodAnswers({ answers }: AboutRoute, named: Named): Record<string, object> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { says, body, type = 'application/json' }]) => [
      status,
      { description: says, content: { [type]: { schema: jsonSchemaOf(body, named) } } },
    ]),
  );
}

/** The errors of a route, and those that access and the server itself have for all alike. */
function refusals(
  { errors }: AboutRoute,
  method: string,
  scope: Scope | null,
  named: Named,
): Record<string, object> {
  const codes = [
    ...errors,
    ...(scope === null ? [] : [adminErrors.code('UNAUTHENTICATED')]),
    // There is no token that may not even look.
    ...(scope === null || scope === scopes[0] ? [] : [adminErrors.code('FORBIDDEN')]),
    adminErrors.code('FOREIGN_PAGE'),
  ];
  const answers: Record<string, object> = {};
  for (const code of codes) {
    const status = statusOf(code);
    if (status in answers) continue;
    const alike = codes.filter((other) => statusOf(other) === status);
    const says = alike.map((of) => `\`${of}\`: ${causeOf(of)}`).join(' ');
    answers[status] = refusal(says, alike, named);
  }
  if (method === 'POST') {
    const code = adminErrors.code('BAD_REQUEST');
    answers[413] = refusal(`\`${code}\`: The body is too large to be passed over.`, [code], named);
    answers[415] = refusal(`\`${code}\`: The content type is malformed.`, [code], named);
  }
  const inside = `\`${adminErrors.code('INTERNAL')}\`, or the code of the part that failed.`;
  return { ...answers, 500: refusal(inside, [], named) };
}

/** An error with one of the codes, or with any if there are none. */
function refusal(says: string, codes: readonly string[], named: Named): object {
  const error = jsonSchemaOf(errorShape, named);
  const ofThese = { properties: { code: { enum: codes } } };
  const schema = codes.length === 0 ? error : { allOf: [error, ofThese] };
  return { description: says, content: { 'application/json': { schema } } };
}

function causeOf(code: string): string {
  const cause = (adminErrors.entries.get(code) ?? coreErrors.entries.get(code))?.cause;
  if (cause === undefined) throw new Error(`${code} is in no catalogue that the admin API uses`);
  return cause;
}

/**
 * The JSON Schema (2020-12, as OpenAPI 3.1 has it) of a shape. Objects are left open: a field that
 * a later version adds must not break a client that was generated from this one.
 */
function jsonSchemaOf(shape: z.ZodType, named: Named): JsonSchema {
  // A shape is referred to by its name only if it is inside of another one.
  const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: shape }), { io: 'input' });
  for (const [name, schema] of Object.entries($defs)) named[name] = inDocument(schema);
  return inDocument(properties?.['it'] ?? {});
}

/** Refers to named shapes where OpenAPI keeps them. */
function inDocument(schema: unknown): JsonSchema {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text) as JsonSchema;
}
