import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAxe, overflow, violations } from './axe.ts';
import { browserMissing, launchBrowser } from './browser.ts';
import { ConsoleRig } from './console-rig.ts';

const patience = { timeout: 60_000 };
const addressesPath = '/waiting?limit=12';
const ids = ['a-4711', 'a-17', 'a-3', 'a-88', 'a-2', 'a-1204', 'a-9', 'a-61', 'a-5', 'a-40'];

let browser: Browser;
let rig: ConsoleRig;

function waiting(type: string, id: string, messages: number, parked = false) {
  return { type: `weir.fraud/${type}`, id, messages, inFlight: parked ? 0 : 1, parked };
}

const addresses = [
  waiting('merchant', 'm-7', 1_204),
  waiting('classifier', '17', 312, true),
  ...ids.map((id, i) => waiting('account', id, 200 - 19 * i)),
];

function answer(list: readonly object[]): void {
  rig.app.answers.set(addressesPath, { addresses: list, lookedAt: list.length, complete: true });
}

describe.skipIf(browserMissing !== null)('the page of the accounts', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    rig = await ConsoleRig.start();
    const states = { history: { typename: 'weir.fraud/MerchantHistory', valueBase64: 'AQID' } };
    for (const suffix of ['', '?at=committed']) {
      rig.app.answers.set(`/state/weir.fraud/merchant/m-7${suffix}`, {
        ...{ address: 'weir.fraud/merchant/m-7', states, mailbox: 1_204, delayed: 0, parked: null },
      });
    }
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await rig?.stop();
  });

  it('leads from what has most waiting to that address, of whatever type', async () => {
    answer(addresses);
    const page = await rig.open(browser, 'accounts');
    const list = page.locator('#accounts-waiting');
    await list.getByText('m-7').waitFor(patience);
    expect(await list.locator('li').count()).toBe(addresses.length);
    expect(await list.locator('li').first().textContent()).toBe('merchant m-7 1,204');
    expect(await list.locator('li').nth(1).textContent()).toBe('classifier 17 312, parked');
    await list.getByRole('link', { name: 'merchant m-7' }).click();
    await page.getByRole('heading', { name: 'merchant m-7' }).waitFor(patience);
    await page.locator('#accounts-facts').getByText('1,204').waitFor(patience);
    expect(await page.locator('#accounts-type').inputValue()).toBe('weir.fraud/merchant');
    // One of a type that the search does not offer, and that has no state.
    await list.getByRole('link', { name: 'classifier 17' }).click();
    await page.getByRole('heading', { name: 'classifier 17' }).waitFor(patience);
    expect(await page.locator('#accounts-type').inputValue()).toBe('weir.fraud/classifier');
    expect(await page.locator('#accounts-no-state').isVisible()).toBe(true);
    await page.goBack();
    await page.getByRole('heading', { name: 'merchant m-7' }).waitFor(patience);
    await page.context().close();
  });

  it('keeps the focus on a link while the list changes, and says when nothing waits', async () => {
    answer(addresses);
    const page = await rig.open(browser, 'accounts');
    const list = page.locator('#accounts-waiting');
    await list.getByRole('link', { name: 'a-88' }).focus();
    answer([waiting('account', 'a-88', 900), ...addresses.slice(0, 5)]);
    await list.getByText('900').waitFor(patience);
    expect(await page.locator(':focus').textContent()).toBe('account a-88');
    answer([]);
    await page.getByText('Nothing waits at the moment.').waitFor(patience);
    await page.context().close();
  });

  it.each(['light', 'dark'] as const)('can be read in %s, from 320 px on', async (colorScheme) => {
    answer(addresses);
    for (const viewport of [
      { width: 1400, height: 900 },
      { width: 320, height: 640 },
    ]) {
      const page = await rig.open(browser, 'accounts', { viewport, colorScheme });
      await page.locator('#accounts-waiting').getByText('m-7').click();
      await page.getByRole('heading', { name: 'merchant m-7' }).waitFor(patience);
      await loadAxe(page);
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      const folder = process.env['WEIR_SCREENSHOTS'];
      if (folder !== undefined) {
        const path = `${folder}/accounts-${colorScheme}-${viewport.width}.png`;
        await page.screenshot({ path, fullPage: true });
      }
      await page.context().close();
    }
    expect(rig.problems).toEqual([]);
  });
});
