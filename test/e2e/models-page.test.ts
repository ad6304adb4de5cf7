import { appendFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelQuality, Overview, VersionLatency } from '#dashboards/console/frame.ts';
import { hashOf } from '#models/hash.ts';
import { logFile, scoreLine } from '#test/dashboards/console/fake-application.ts';
import { loadAxe, overflow, violations } from './axe.ts';
import { browserMissing, launchBrowser } from './browser.ts';
import { ConsoleRig } from './console-rig.ts';

const polls = { timeout: 60_000, interval: 100 };
const patience = { timeout: 60_000 };
const dayMs = 86_400_000;
const perDay = 4_000;
const models = ['boosted-trees', 'decision-tree', 'logistic-regression', 'random-forest'];

let browser: Browser;
let rig: ConsoleRig;
let next = 0;

/** Any number of 0 to 1, the same in every run. */
function chance(n: number): number {
  return hashOf(`chance ${n}`) / 2 ** 32;
}

/** Nearly all are near 0, a few are high. */
function probabilityOf(n: number): number {
  return 10 ** (-4 + 4 * chance(n + 1) ** 3);
}

/** Each model says the probability, and each next one a little less of it. */
async function score(count: number, day: number, version = 'v1'): Promise<void> {
  let text = '';
  for (const end = next + count; next < end; next++) {
    const said = probabilityOf(next);
    const byModel = Object.fromEntries(models.map((name, i) => [name, said / (1 + i)]));
    text += scoreLine(next, said, { atMs: day * dayMs + next, byModel, version });
  }
  await appendFile(logFile(rig.app.data, 'scores'), text);
  await vi.waitFor(async () => {
    expect((await rig.get<Overview>('/api/overview')).scored).toBe(next);
  }, polls);
}

async function label(): Promise<void> {
  const frauds = Array.from({ length: next }, (_, n) => n).filter(
    (n) => chance(7 * n + 3) < probabilityOf(n),
  );
  const lines = frauds.map((n) => JSON.stringify({ transactionId: `t-${n}`, fraud: true }));
  await appendFile(logFile(rig.app.data, 'feedback'), `${lines.join('\n')}\n`);
  await vi.waitFor(async () => {
    expect((await rig.get<Overview>('/api/overview')).feedback).toBe(frauds.length);
  }, polls);
}

function requests(fast: number, slow: number): void {
  const name = 'weir_attempt_duration_seconds_bucket{function_type="weir.fraud/classifier",le=';
  rig.app.moreMetrics = [
    `${name}"0.001"} ${fast}`,
    `${name}"0.01"} ${fast + slow}`,
    `${name}"+Inf"} ${fast + slow}`,
  ];
}

describe.skipIf(browserMissing !== null)('the page of the models', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    rig = await ConsoleRig.start();
    requests(0, 0);
    await score(perDay, 0);
    await label();
    await score(1, 7);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await rig?.stop();
  });

  it('says how long requests to a version take, from what the runtime measures', async () => {
    let fast = 0;
    await vi.waitFor(async () => {
      // One score with each look: the version serves all the time.
      await score(1, 7);
      requests((fast += 90), fast / 9);
      const { latencies } = await rig.get<{ latencies: VersionLatency[] }>('/api/models');
      expect(latencies).toMatchObject([{ version: 'v1' }]);
    }, polls);
    const page = await rig.open(browser, 'models');
    const row = page.locator('#models-versions tr', { hasText: 'v1' });
    await row.waitFor(patience);
    expect(await row.locator('td').nth(3).textContent()).toMatch(/^0\.\d ms$/);
    expect(await row.locator('td').nth(4).textContent()).toMatch(/^\d(\.\d)? ms$/);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)(
    'draws what each model said against what came, in %s',
    async (colorScheme) => {
      const { quality } = await rig.get<{ quality: ModelQuality[] }>('/api/models');
      const bins = quality.flatMap(({ curve }) => curve ?? []);
      expect(bins.length).toBeGreaterThan(20);
      for (const viewport of [
        { width: 1400, height: 900 },
        { width: 320, height: 640 },
      ]) {
        const page = await rig.open(browser, 'models', { viewport, colorScheme });
        await page.locator('#models-curves svg').first().waitFor(patience);
        expect(await page.locator('#models-curves svg').count()).toBe(models.length);
        expect(await page.locator('#models-curves circle').count()).toBe(bins.length);
        await loadAxe(page);
        expect(await violations(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);
        const folder = process.env['WEIR_SCREENSHOTS'];
        if (folder !== undefined) {
          const path = `${folder}/models-${colorScheme}-${viewport.width}.png`;
          await page.screenshot({ path, fullPage: true });
        }
        // By a key, and for who does not see charts.
        await page.keyboard.press('t');
        const table = page.getByRole('group', { name: 'Calibration' });
        await table.getByRole('columnheader', { name: 'came' }).waitFor(patience);
        expect(await table.locator('tbody tr').count()).toBe(bins.length);
        const [first] = bins;
        const text = await table.locator('tbody tr').first().textContent();
        expect(text).toContain(new Intl.NumberFormat('en-GB').format(first!.transactions));
        expect(await violations(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);
        await page.getByRole('button', { name: 'Table' }).last().click();
        await page.locator('#models-curves svg').first().waitFor(patience);
        await page.context().close();
      }
      expect(rig.problems).toEqual([]);
    },
  );
});
