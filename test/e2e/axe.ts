import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

// What runs in the page is text: the tests themselves know no DOM.
const script = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const run = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join(', ')))`;

/** Brings axe into the page, whose own policy has to be bypassed for it. */
export async function loadAxe(page: Page): Promise<void> {
  await page.evaluate(script);
}

/** What axe finds wrong with the page as it is now. */
export function violations(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(run);
}

/** By how much the page is wider than its window, in CSS px. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}
