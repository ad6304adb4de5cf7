import { describe, expect, it } from 'vitest';
import { browserMissing, launchBrowser } from './browser.ts';
import { ConsoleRig } from './console-rig.ts';
import { loadPage } from './page-load.ts';

/** The page has to come over a slow line too; `npm run bench -- first-paint` has its times. */
const bytesMax = 250_000;

describe.skipIf(browserMissing !== null)('the first paint', () => {
  it('needs no more than 250 KB, heads of the answers included', async () => {
    const browser = await launchBrowser();
    const rig = await ConsoleRig.start();
    try {
      await rig.app.addTransactions(500);
      await rig.app.addScores(480);
      const { firstPaintMs, bytes, answers } = await loadPage(browser, rig.url);
      console.log(
        `first paint ${firstPaintMs.toFixed(0)} ms, ${bytes} bytes in ${answers} answers`,
      );
      expect(firstPaintMs).toBeGreaterThan(0);
      // Of a page that was not counted at all, any limit would hold.
      expect(bytes).toBeGreaterThan(50_000);
      expect(bytes).toBeLessThanOrEqual(bytesMax);
    } finally {
      await browser.close();
      await rig.stop();
    }
  });
});
