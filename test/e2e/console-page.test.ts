import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FromConsole, FromSupervisor } from '#dashboards/console/supervisor-messages.ts';
import { FakeApplication } from '#test/dashboards/console/fake-application.ts';
import { browserMissing, launchBrowser } from './browser.ts';

const script = join(import.meta.dirname, '..', '..', 'dashboards', 'console', 'main.ts');
const execArgv = ['--disable-warning=ExperimentalWarning'];
const patience = { timeout: 30_000 };

// What runs in the page is text: the tests themselves know no DOM.
const contrast = readFileSync(join(import.meta.dirname, 'contrast.js'), 'utf8');
const chartIsDrawn = `(() => {
  const canvas = document.querySelector('#plot-average canvas');
  const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return new Set(new Uint32Array(pixels.buffer)).size > 20;
})()`;

let browser: Browser;
let app: FakeApplication;
let data: string;
let admin: string;
let server: ChildProcess;
let url: string;
let feeding: NodeJS.Timeout | undefined;
let runtimeUp = true;

if (browserMissing !== null) console.warn(`page tests skipped: ${browserMissing}`);

function tell(message: FromSupervisor): void {
  server.send(message);
}

function tellRuntime(state: 'running' | 'exited', pid: number | null): void {
  tell({ type: 'part', part: 'runtime', state, pid, atMs: Date.now() });
}

/** Starts the console as the supervisor does; this process is the supervisor. */
async function startConsole(port: number): Promise<void> {
  const args = ['--data', data, '--admin', admin, '--intake', admin, '--port', String(port)];
  server = fork(script, args, { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  url = await new Promise((resolve) => {
    server.on('message', (message: FromConsole) => {
      if (message.type === 'listening') resolve(message.url);
      if (message.type === 'task') void killRuntime(message.request);
    });
  });
  tellRuntime('running', 4711);
}

async function killRuntime(request: number): Promise<void> {
  runtimeUp = false;
  await app.closeAdmin();
  tellRuntime('exited', null);
  tell({ type: 'done', request, pids: [4711] });
  setTimeout(() => {
    void app.openAdmin(Number(new URL(admin).port)).then(() => {
      app.epoch++;
      runtimeUp = true;
      tellRuntime('running', 4712);
    });
  }, 1_200);
}

async function stopConsole(): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await gone;
}

/** The application at work: transactions come in, and a little later their scores. */
function feed(): void {
  feeding = setInterval(() => {
    void app
      .addTransactions(30)
      .then(() => (runtimeUp ? app.addScores(app.transactions - app.scores - 2) : undefined));
  }, 200);
}

async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(url);
  return page;
}

/** Waits for an expression; the page's own policy forbids it to evaluate any. */
async function becomes(page: Page, expression: string): Promise<void> {
  await vi.waitFor(async () => expect(await page.evaluate(expression)).toBe(true), patience);
}

let problems: string[] = [];
let requests: string[] = [];

describe.skipIf(browserMissing !== null)('the page', () => {
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    [problems, requests, runtimeUp] = [[], [], true];
    data = await mkdtemp(join(tmpdir(), 'weir-page-'));
    app = new FakeApplication(data);
    app.scoreOf = (n) => (n % 40 === 0 ? 0.9 : 0.03);
    admin = await app.open();
    await startConsole(0);
  });
  afterEach(async () => {
    clearInterval(feeding);
    await Promise.all(browser.contexts().map((context) => context.close()));
    await stopConsole();
    await app.closeAdmin();
    await rm(data, { recursive: true, force: true });
  });

  it('says what it waits for, then shows figures, charts and alerts as they come', async () => {
    const page = await openPage();
    await page.locator('#live-text', { hasText: 'waiting for the first score' }).waitFor(patience);
    expect(await page.locator('#chart-empty').isVisible()).toBe(true);
    expect(await page.locator('#alerts-empty').isVisible()).toBe(true);
    feed();
    await page.locator('[data-connection="live"]').waitFor(patience);
    await page.locator('#alerts li').first().waitFor(patience);
    const alert = await page.locator('#alerts li').first().textContent();
    expect(alert).toMatch(/0\.90€[\d.]+account a-\d+ → merchant m-\d+.*amount 900\.00 · at night/);
    const persona = await page.locator('#personas tr').first().textContent();
    expect(persona).toMatch(/^frequent, largelogistic regression, since .*0\.900/);
    expect(persona).toContain('1,235 mature, leads the next by 2.3 sd');
    await becomes(page, `Number(document.querySelector('.figure .value').textContent) > 20`);
    await page.locator('#chart-empty').waitFor({ state: 'hidden', ...patience });
    // Something is drawn: not every pixel of the chart is the same.
    await becomes(page, chartIsDrawn);
    expect(problems).toEqual([]);
    expect(new Set(requests.map((request) => new URL(request).origin))).toEqual(new Set([url]));
  });

  it('kills the runtime only after saying what will happen, and shows the proof', async () => {
    const page = await openPage();
    feed();
    const button = page.getByRole('button', { name: 'Kill the runtime…' });
    await page.locator('[data-connection="live"]').waitFor(patience);
    await button.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The runtime gets SIGKILL').waitFor(patience);
    await dialog.getByText('0 lost, 0 doubled').waitFor(patience);
    await page.getByRole('button', { name: 'Leave it alone' }).click();
    expect(runtimeUp).toBe(true);
    await button.click();
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.locator('.steps .done').getByText('the runtime was killed').waitFor(patience);
    await page.locator('.steps .now').getByText('Waiting for its effect').waitFor(patience);
    await page.locator('.steps .done').getByText('scores come again: yes').waitFor(patience);
    await page.locator('.steps .done').getByText('0 lost · 0 doubled').waitFor(patience);
    await page.getByText('Kill the runtime: proved').waitFor(patience);
    await page.locator('#experiment-checks').getByText('holds').first().waitFor(patience);
    await page.getByText(/longest pause \d+\.\d s/).waitFor(patience);
    expect(await page.locator('.counter.wrong').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('greys what it no longer knows, and comes back by itself', async () => {
    const page = await openPage();
    feed();
    await page.locator('[data-connection="live"]').waitFor(patience);
    const { port } = new URL(url);
    await stopConsole();
    await page.getByText('reconnecting').waitFor(patience);
    await page.getByText('The connection to this machine is lost;').waitFor(patience);
    await startConsole(Number(port));
    await page.locator('[data-connection="live"]').waitFor(patience);
    await page.locator('#banner').waitFor({ state: 'hidden', ...patience });
    const counted = page.locator('.counter.doubled dd');
    expect(await counted.textContent()).toBe('0');
  });

  it('can be used by keyboard alone', async () => {
    const page = await openPage();
    feed();
    await page.locator('[data-connection="live"]').waitFor(patience);
    await page.keyboard.press('Tab');
    const first = page.locator(':focus');
    expect(await first.textContent()).toBe('Skip to the figures');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe(
      'solid',
    );
    await page.keyboard.press('t');
    const table = page.locator('#chart-table');
    await table.getByRole('columnheader', { name: 'Average score' }).waitFor(patience);
    await table.locator('tbody tr').first().waitFor(patience);
    await page.keyboard.press('t');
    await table.waitFor({ state: 'hidden', ...patience });
    await page.keyboard.press('k');
    await page.getByRole('dialog').waitFor(patience);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden', ...patience });
    await page.locator('#experiment-kill').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor(patience);
    expect(runtimeUp).toBe(true);
  });

  it.each(['light', 'dark'] as const)('can be read in %s, from 320 px on', async (colorScheme) => {
    const viewport = { width: 320, height: 640 };
    const page = await openPage({ viewport, colorScheme, reducedMotion: 'reduce' });
    feed();
    await page.locator('#alerts li').first().waitFor(patience);
    const { texts, faint } = await page.evaluate<{ texts: number; faint: string[] }>(contrast);
    expect(faint).toEqual([]);
    expect(texts).toBeGreaterThan(50);
    // The check itself: a text in the colour of hairlines is found.
    await page.evaluate(`document.getElementById('foot-text').style.color = 'var(--hairline)'`);
    expect((await page.evaluate<{ faint: string[] }>(contrast)).faint).toHaveLength(1);
    for (const width of [320, 768, 1280, 2560]) {
      await page.setViewportSize({ width, height: 800 });
      await becomes(page, 'document.documentElement.scrollWidth <= innerWidth');
    }
    expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  });

  it('remembers the colours that were chosen', async () => {
    const page = await openPage({ colorScheme: 'light' });
    const paper = 'getComputedStyle(document.documentElement).backgroundColor';
    const light = await page.evaluate(paper);
    await page.getByRole('button', { name: 'Dark' }).click();
    const dark = await page.evaluate(paper);
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await page.evaluate(paper)).toBe(dark);
    expect(await page.getByRole('button', { name: 'Dark' }).getAttribute('aria-pressed')).toBe(
      'true',
    );
  });
});
