import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { staleFiles } from '../../scripts/generate-admin-api.ts';
import { nameOf, operationsOf, type Schema } from '../../scripts/openapi-parts.ts';
import { document } from '../admin/described.ts';

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = textOf('docs/admin-api.md');

test('the description of the admin API and its page are current', async () => {
  expect(await staleFiles(), 'run npm run generate:admin-api').toEqual([]);
});

test('the page has every route, parameter, code and shape', () => {
  for (const { path, method, operation } of operationsOf(document)) {
    const [, section = ''] = page.split(`\n### ${method} ${path}\n`);
    const [own = ''] = section.split(/\n##+ /);
    expect(own, `${method} ${path}`).toContain(operation.summary);
    for (const { name } of operation.parameters ?? []) expect(own).toContain(`| \`${name}\` |`);
    for (const [status, answer] of Object.entries(operation.responses)) {
      expect(page).toContain(`| ${status} | `);
      expect(page).toContain(answer.description);
    }
  }
  for (const [name, { properties = {} }] of Object.entries(document.components.schemas)) {
    expect(page).toContain(`\n### ${name}\n`);
    for (const field of Object.keys(properties)) expect(page).toContain(`| \`${field}\` |`);
  }
});

test('every shape is used, and every operation has a name of its own', () => {
  const used = new Set<string | undefined>();
  JSON.stringify(document, (_key, value: Schema | null) => {
    if (typeof value === 'object' && value?.$ref !== undefined) used.add(nameOf(value));
    return value;
  });
  expect(Object.keys(document.components.schemas).filter((name) => !used.has(name))).toEqual([]);
  const names = operationsOf(document).map(({ operation }) => operation.operationId);
  expect(new Set(names).size).toBe(names.length);
});

test('the image of the runtime has the description that it answers', () => {
  expect(textOf('deploy/compose/Dockerfile')).toContain('COPY docs/admin-api.json ');
  expect(textOf('.dockerignore')).toContain('!docs/admin-api.json');
});
