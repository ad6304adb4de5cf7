import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';

export interface PageLoad {
  /** From the start of the navigation, by the browser's own clock. */
  readonly firstPaintMs: number;
  /** Of all answers that had ended by then, heads and bodies as they travelled. */
  readonly bytes: number;
  readonly answers: number;
}

const firstPaint = `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null`;
const patienceMs = 60_000;
const lookEveryMs = 10;

/**
 * Loads the page in a browser context of its own, with nothing cached, until all of it is there and
 * the stream of events has begun. The stream itself does not end, and is not counted.
 */
export async function loadPage(browser: Browser, url: string): Promise<PageLoad> {
  const context = await browser.newContext({ locale: 'en-GB' });
  try {
    const page = await context.newPage();
    const network = await context.newCDPSession(page);
    await network.send('Network.enable');
    let [bytes, answers] = [0, 0];
    network.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
      answers++;
    });
    await page.goto(url, { waitUntil: 'load', timeout: patienceMs });
    await page
      .locator('body:not([data-connection="opening"])')
      .waitFor({ state: 'attached', timeout: patienceMs });
    for (const end = Date.now() + patienceMs; Date.now() < end; await pause(lookEveryMs)) {
      const firstPaintMs = await page.evaluate<number | null>(firstPaint);
      if (firstPaintMs !== null) return { firstPaintMs, bytes, answers };
    }
    throw new Error(`${url} was not painted within ${patienceMs} ms`);
  } finally {
    await context.close();
  }
}
