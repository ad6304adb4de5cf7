import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';

const pageFolder = join(import.meta.dirname, '..', 'page');

/** One file of the page as it is served. */
export interface Asset {
  readonly body: Buffer;
  readonly contentType: string;
  readonly etag: string;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * The files of the page by path. There is no build step: TypeScript loses its types here, once,
 * at the start, and the chart library comes from its package.
 */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  const assets = new Map<string, Asset>();
  for (const name of await readdir(pageFolder)) {
    const text = await readFile(join(pageFolder, name), 'utf8');
    if (name.endsWith('.d.ts')) continue;
    if (name.endsWith('.ts')) {
      assets.set(`/${name}`, asset('.js', compact(stripTypeScriptTypes(text))));
    } else if (extname(name) in contentTypes) {
      assets.set(`/${name}`, asset(extname(name), text));
    }
  }
  const chart = dirname(createRequire(import.meta.url).resolve('uplot'));
  const script = await readFile(join(chart, 'uPlot.iife.min.js'), 'utf8');
  assets.set('/uplot.js', asset('.js', script));
  assets.set('/uplot.css', asset('.css', await readFile(join(chart, 'uPlot.min.css'), 'utf8')));
  assets.set('/', assets.get('/index.html')!);
  return assets;
}

/** Stripping leaves blanks where the types were; lines of blanks need not travel. */
function compact(code: string): string {
  return code.replace(/[ \t]+$/gm, '').replace(/\n{3,}/g, '\n\n');
}

function asset(extension: string, text: string): Asset {
  const body = Buffer.from(text);
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, contentType: contentTypes[extension]!, etag };
}
