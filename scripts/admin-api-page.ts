/** The description of the admin API as a page for people. */
import {
  nameOf,
  operationsOf,
  type Document,
  type Operation,
  type Parameter,
  type Response,
  type Schema,
} from './openapi-parts.ts';

export function adminApiPage(document: Document): string {
  const operations = operationsOf(document);
  const { info, tags, components } = document;
  const lines = [
    '# The admin API, route by route',
    '',
    info.description,
    '',
    'What the answers mean, with examples, is in [cli.md](cli.md#the-admin-api). For programs the',
    'same is in [admin-api.json](admin-api.json) (OpenAPI 3.1); a running runtime answers it at',
    '`GET /openapi.json`. Both are generated from the routes (`npm run generate:admin-api`).',
    '',
    '## Scopes',
    '',
    ...Object.values(components.securitySchemes).map((scheme) => scheme.description),
    '',
    '## Routes',
    '',
    '| route | scope | |',
    '|---|---|---|',
    ...operations.map(({ path, method, operation }) => {
      const route = `${method} ${path}`;
      return `| [\`${route}\`](#${anchor(route)}) | ${scopeOf(operation)} | ${operation.summary} |`;
    }),
  ];
  const alike = answersAlike(operations);
  lines.push(
    '',
    '## Refused everywhere alike',
    '',
    '| for | status | body | |',
    '|---|---|---|---|',
  );
  for (const { of, status, answer } of alike) {
    lines.push(row(of, status, bodyText(answer), answer.description));
  }
  for (const tag of tags) {
    lines.push('', `## ${capital(tag.name)}`, '', tag.description);
    for (const { path, method, operation } of operations) {
      if (operation.tags.includes(tag.name)) {
        lines.push('', `### ${method} ${path}`, ...operationLines(operation, alike));
      }
    }
  }
  lines.push('', '## Shapes');
  for (const [name, schema] of Object.entries(components.schemas)) {
    lines.push('', `### ${name}`, ...shapeLines(schema));
  }
  return `${lines.join('\n')}\n`;
}

function operationLines(operation: Operation, alike: readonly Alike[]): string[] {
  const { summary, description, parameters = [], responses } = operation;
  const lines = ['', [summary, description].filter((text) => text !== undefined).join(' ')];
  lines.push('', `Scope: ${scopeOf(operation)}.`);
  if (parameters.length > 0) {
    lines.push('', '| parameter | in | type | |', '|---|---|---|---|');
    const inPath = parameters.filter((parameter) => parameter.in === 'path');
    lines.push(...[...new Set([...inPath, ...parameters])].map(parameterRow));
  }
  lines.push('', '| status | body | |', '|---|---|---|');
  for (const [status, answer] of Object.entries(responses)) {
    if (alike.some((other) => isSame(other, status, answer))) continue;
    lines.push(row(status, bodyText(answer), answer.description));
  }
  return lines;
}

/** An answer that many routes have: said once, it is not read again for each. */
interface Alike {
  readonly of: string;
  readonly status: string;
  readonly answer: Response;
}

function answersAlike(operations: ReturnType<typeof operationsOf>): Alike[] {
  const alike: Alike[] = [];
  const groups = [
    { of: 'every route', routes: operations },
    {
      of: 'every route with a scope',
      routes: operations.filter(({ operation }) => !isOpen(operation)),
    },
    { of: 'every `POST`', routes: operations.filter(({ method }) => method === 'POST') },
  ];
  for (const { of, routes } of groups) {
    const [first, ...rest] = routes.map(({ operation }) => operation.responses);
    for (const [status, answer] of Object.entries(first ?? {})) {
      const isKnown = alike.some((other) => isSame(other, status, answer));
      const isShared = rest.every((responses) =>
        isSame({ status, answer }, status, responses[status]),
      );
      if (isShared && !isKnown) alike.push({ of, status, answer });
    }
  }
  return alike;
}

function isSame(
  known: { readonly status: string; readonly answer: Response },
  status: string,
  answer: Response | undefined,
): boolean {
  return known.status === status && known.answer.description === answer?.description;
}

function bodyText({ content }: Response): string {
  return Object.entries(content)
    .map(([type, { schema }]) => (type === 'application/json' ? typeText(schema) : type))
    .join(', ');
}

function parameterRow({ name, in: where, required, description = '', schema }: Parameter): string {
  const says = [
    required && where === 'query' ? 'Required.' : '',
    description,
    schema.default === undefined || schema.default === 0
      ? ''
      : `Default ${number(schema.default)}.`,
  ];
  return row(`\`${name}\``, where, typeText(schema), says.filter((text) => text !== '').join(' '));
}

function shapeLines({ description, properties = {}, required = [] }: Schema): string[] {
  const lines = description === undefined ? [] : ['', description];
  lines.push('', '| field | type | |', '|---|---|---|');
  for (const [name, schema] of Object.entries(properties)) {
    const type = typeText(schema);
    const says = schema.description ?? '';
    lines.push(row(`\`${name}\``, required.includes(name) ? type : `${type}, or missing`, says));
  }
  return lines;
}

function typeText(schema: Schema): string {
  const { type, items, anyOf, allOf, format, contentEncoding } = schema;
  const name = nameOf(schema);
  if (name !== undefined) return `[${name}](#${anchor(name)})`;
  if (allOf?.[0] !== undefined) return typeText(allOf[0]);
  if (anyOf !== undefined) return anyOf.map(typeText).join(' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const).replaceAll('"', '')}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (Array.isArray(type)) return type.map((of: string) => typeText({ type: of })).join(' or ');
  if (type === 'array') return `list of ${typeText(items ?? {})}`;
  if (type === 'integer') return `integer${bounds(schema)}`;
  if (type === 'object') return objectText(schema);
  if (type === undefined) return 'anything';
  return [type, format ?? contentEncoding].filter((text) => text !== undefined).join(', ');
}

function objectText({ properties, additionalProperties }: Schema): string {
  if (typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0) {
    return `map to ${typeText(additionalProperties)}`;
  }
  const fields = Object.entries(properties ?? {});
  return `{ ${fields.map(([name, schema]) => `${name}: ${typeText(schema)}`).join('; ')} }`;
}

/** Nobody needs to be told that counts are not negative, and end where JSON numbers do. */
function bounds({ minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }: Schema) {
  return maximum === Number.MAX_SAFE_INTEGER ? '' : `, ${number(minimum)} to ${number(maximum)}`;
}

function number(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en') : JSON.stringify(value);
}

function scopeOf({ security }: Operation): string {
  return security[0] === undefined ? 'none' : `\`${security[0].token.join(' ')}\``;
}

function isOpen({ security }: Operation): boolean {
  return security.length === 0;
}

/** As GitHub makes anchors of headings. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
