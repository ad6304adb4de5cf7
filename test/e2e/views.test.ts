import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Overview, PersonaStanding, ReviewDecision } from '#dashboards/console/frame.ts';
import { loadAxe, overflow, violations } from './axe.ts';
import { browserMissing, launchBrowser } from './browser.ts';
import { RunningApplication } from './running-application.ts';

const patience = { timeout: 60_000 };
const polls = { timeout: 120_000, interval: 200 };
const timeout = 300_000;
const views = ['overview', 'review', 'accounts', 'models', 'runtime'] as const;
const transferMax = 250_000;

let browser: Browser;
let app: RunningApplication;

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(app.url + path)).json()) as T;
}

async function open(
  view: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; problems: string[]; bytes: () => number }> {
  // axe has to be let in; the page's own policy would keep it out.
  const context = await browser.newContext({ locale: 'en-GB', bypassCSP: true, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  let bytes = 0;
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('response', (response) => {
    if (new URL(response.url()).origin !== app.url) problems.push(response.url());
    if (!response.url().includes('/api/')) {
      void response.body().then((body) => (bytes += body.length));
    }
  });
  await page.goto(`${app.url}/#${view}`);
  await page.locator('[data-connection="live"]').waitFor(patience);
  return { page, problems, bytes: () => bytes };
}

describe.skipIf(browserMissing !== null)('the views of the running application', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
    app = await RunningApplication.create();
    await app.start('--rate', '200');
    await vi.waitFor(async () => {
      expect((await get<Overview>('/api/overview')).alerts, app.said).toBeGreaterThan(20);
    }, polls);
  }, timeout);
  afterAll(async () => {
    await browser?.close();
    await app?.remove();
  }, timeout);

  it.each(['light', 'dark'] as const)(
    'have no violation of axe in %s, wide and on a phone',
    async (colorScheme) => {
      for (const viewport of [
        { width: 1400, height: 900 },
        { width: 320, height: 640 },
      ]) {
        const { page, problems, bytes } = await open('overview', { viewport, colorScheme });
        await loadAxe(page);
        for (const view of views) {
          await page.locator(`#to-${view}`).click();
          await page.locator(`#view-${view}`).waitFor(patience);
          if (view === 'review') await page.locator('#review-list li').first().waitFor(patience);
          if (view === 'runtime') {
            await page.locator('#runtime-endpoints tr').first().waitFor(patience);
          }
          if (view === 'accounts') {
            await page.locator('#accounts-most a').first().click();
            await page.locator('#accounts-states tr').first().waitFor(patience);
          }
          expect(await violations(page), view).toEqual([]);
          expect(await overflow(page), view).toBe(0);
        }
        expect(problems).toEqual([]);
        expect(bytes()).toBeGreaterThan(50_000);
        expect(bytes()).toBeLessThan(transferMax);
        await page.context().close();
      }
    },
    timeout,
  );

  it(
    'let a person confirm a fraud by keyboard, and the functions learn of it',
    async () => {
      const { page, problems } = await open('review');
      const other = await open('review');
      await page.locator('#review-list li').first().waitFor(patience);
      const [first] = (await get<{ items: { transactionId: string }[] }>('/api/review')).items;
      await page.keyboard.press('f');
      await page.locator('#review-decisions li.held').waitFor(patience);
      // What somebody decided disappears on every other page at once, and can be undone.
      await other.page.locator('#review-decisions li.held').waitFor(patience);
      await page.keyboard.press('u');
      await page.locator('#review-decisions li').waitFor({ state: 'detached', ...patience });
      await page.keyboard.press('f');
      await page.keyboard.press('c');
      await page.locator('#review-decisions li.written').nth(1).waitFor(patience);
      await page
        .getByText(/decision → selector of/)
        .first()
        .waitFor(patience);
      const { decisions } = await get<{ decisions: ReviewDecision[] }>('/api/review');
      const confirmed = decisions.find(({ fraud }) => fraud)!;
      expect(first).toBeDefined();
      const id = encodeURIComponent(confirmed.alert.transactionId);
      // Written is taken in; on a busy machine it is a while until its turn has come.
      await vi.waitFor(async () => {
        const told = await get<{ live: { states: { memory: { json: object } } } }>(
          `/api/address?type=weir.fraud/decision&id=${id}`,
        );
        expect(told.live.states.memory.json).toMatchObject({ fraud: true, told: true });
      }, polls);
      expect([...problems, ...other.problems]).toEqual([]);
      await page.context().close();
      await other.page.context().close();
    },
    timeout,
  );

  it(
    'let a person pin a model and hold one back, with a reason',
    async () => {
      const { page, problems } = await open('models');
      const cell = page.locator('[data-standing="online/decision-tree"]');
      await cell.waitFor(polls);
      await cell.click();
      const dialog = page.locator('#model-dialog');
      await dialog.getByLabel('What').selectOption('pin');
      // Without a reason nothing happens.
      await dialog.getByRole('button', { name: 'Do it' }).click();
      expect(await dialog.isVisible()).toBe(true);
      await dialog.getByLabel(/^Why/).fill('to see it serve');
      await dialog.getByRole('button', { name: 'Do it' }).click();
      await dialog.waitFor({ state: 'hidden', ...patience });
      await cell.getByText('pinned').waitFor(patience);
      const other = page.locator('[data-standing="online/random-forest"]');
      await other.click();
      await dialog.getByLabel('What').selectOption('quarantine');
      await dialog.getByLabel(/^Why/).fill('to see it kept back');
      await dialog.getByRole('button', { name: 'Do it' }).click();
      await other.getByText('quarantine').waitFor(patience);
      const { standings } = await get<{ standings: PersonaStanding[] }>('/api/models');
      expect(standings.find(({ persona }) => persona === 'online')).toMatchObject({
        pinned: 'decision-tree',
      });
      expect(problems).toEqual([]);
      await page.context().close();
    },
    timeout,
  );

  it(
    'show a parked address, and let a person drop what it can’t do',
    async () => {
      const poison = { transactionId: 'x-1', accountId: 'a-x', merchantId: 'm', amount: '1,50' };
      const answer = await fetch(`http://127.0.0.1:${app.port + 5}/transactions`, {
        method: 'POST',
        body: JSON.stringify({ ...poison, atMs: 1_522_540_831_000 }),
      });
      expect(answer.status).toBe(200);
      // The stop on the flow line says so, and leads there.
      const { page, problems } = await open('overview');
      const stop = page.locator('#flow li', { hasText: 'account' });
      await stop.getByText('1 parked').waitFor(polls);
      await stop.getByRole('link').click();
      await page.locator('#view-runtime').waitFor(patience);
      const drop = page.getByRole('button', { name: 'drop weir.fraud/account/a-x' });
      await drop.waitFor(polls);
      await page.getByText(/amount is "1,50", expected a number/).waitFor(patience);
      await drop.click();
      await page.getByRole('dialog').getByRole('button', { name: 'Do it' }).click();
      await page.locator('#parked-empty').waitFor(patience);
      expect(problems).toEqual([]);
      await page.context().close();
    },
    timeout,
  );

  it('refuse actions of pages that are not ours, and bad ones', async () => {
    const { token } = await get<{ token: string }>('/api/session');
    const json = { 'content-type': 'application/json' };
    const send = (path: string, headers: object, body: object): Promise<Response> =>
      fetch(app.url + path, {
        ...{ method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) },
      });
    const pin = { persona: 'online', model: null, reason: 'a test' };
    for (const path of ['/api/models/pin', '/api/models/hold', '/api/review/t-1', '/api/parked']) {
      expect((await send(path, {}, pin)).status, path).toBe(403);
      const foreign = { 'weir-token': token, origin: 'https://evil.example' };
      expect((await send(path, foreign, pin)).status, path).toBe(403);
    }
    const ours = { 'weir-token': token };
    const cases: [string, object, number][] = [
      ['/api/models/pin', { ...pin, reason: ' ' }, 400],
      ['/api/models/pin', { ...pin, persona: 7 }, 400],
      ['/api/models/hold', { ...pin, model: 'decision-tree', hold: 'gone' }, 400],
      ['/api/models/hold', { ...pin, hold: 'shadow' }, 400],
      ['/api/review/t-1', { fraud: 'yes' }, 400],
      ['/api/review/nobody', { fraud: true }, 404],
      ['/api/parked', { action: 'explode' }, 400],
      ['/api/parked', { action: 'retry', type: 'weir.fraud/account', id: 'nobody' }, 404],
    ];
    for (const [path, body, status] of cases) {
      const answer = await send(path, ours, body);
      expect(answer.status, `${path} ${JSON.stringify(body)}`).toBe(status);
      expect(await answer.json()).toMatchObject({
        code: expect.stringMatching(/^WEIR_/) as string,
      });
    }
    // Records of other sites come in by no other way either.
    const intake = `http://127.0.0.1:${app.port + 5}/feedback`;
    const foreign = await fetch(intake, {
      ...{ method: 'POST', headers: { origin: 'https://evil.example' }, body: '{}' },
    });
    expect(foreign.status).toBe(403);
    expect(await foreign.json()).toMatchObject({ code: 'WEIR_INGRESS_FOREIGN_PAGE' });
  });
});
