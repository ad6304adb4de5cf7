/**
 * Writes `docs/admin-api.json` and `docs/admin-api.md` from the routes of the admin API: `npm run
 * generate:admin-api`. With `--check` it writes nothing, and ends with 1 if one is out of date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { adminApiDocument } from './admin-api-document.ts';
import { adminApiPage } from './admin-api-page.ts';
import type { Document } from './openapi-parts.ts';

const docs = new URL('../docs/', import.meta.url);

/** Names and texts of what is generated. */
async function files(): Promise<[name: string, text: string][]> {
  const document = await adminApiDocument();
  return [
    ['admin-api.json', `${JSON.stringify(document, null, 2)}\n`],
    ['admin-api.md', adminApiPage(document as Document)],
  ];
}

/** Names of the files in `docs` that do not say what the routes say. */
export async function staleFiles(): Promise<string[]> {
  return (await files()).flatMap(([name, text]) => (current(name) === text ? [] : [name]));
}

function current(name: string): string | null {
  try {
    return readFileSync(new URL(name, docs), 'utf8');
  } catch {
    return null; // it was never written
  }
}

async function main(args: readonly string[]): Promise<void> {
  const unknown = args.filter((arg) => arg !== '--check');
  if (unknown.length > 0) {
    console.error(`Unknown option ${unknown[0]}; there is only --check`);
    process.exitCode = 64;
  } else if (!args.includes('--check')) {
    for (const [name, text] of await files()) writeFileSync(new URL(name, docs), text);
  } else {
    for (const name of await staleFiles()) {
      console.error(`docs/${name} is out of date: npm run generate:admin-api`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) await main(process.argv.slice(2));
