import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { loadAssets } from '#dashboards/console/assets.ts';
import { Console } from '#dashboards/console/console.ts';
import { SupervisorLink } from '#dashboards/console/supervisor-link.ts';
import { FakeApplication } from '#test/dashboards/console/fake-application.ts';

const alone = { connected: false, send: () => {}, onMessage: () => {}, onGone: () => {} };

/** The real console and page over logs and an admin port that the test makes up. */
export class ConsoleRig {
  readonly app: FakeApplication;
  readonly url: string;
  /** What pages said on their consoles, and requests to anybody else. */
  readonly problems: string[] = [];
  readonly #console: Console;

  private constructor(app: FakeApplication, console: Console, url: string) {
    this.app = app;
    this.#console = console;
    this.url = url;
  }

  static async start(): Promise<ConsoleRig> {
    const data = await mkdtemp(join(tmpdir(), 'weir-page-'));
    const app = new FakeApplication(data);
    const admin = await app.open();
    const options = {
      ...{ data, host: '127.0.0.1', port: 0, admin, intake: admin },
      ...{ allowedHosts: [], keepScoresBytes: null },
    };
    const link = new SupervisorLink(alone, () => {});
    const assets = await loadAssets();
    const opened = await Console.open(options, link, assets, (text) => console.warn(text));
    return new ConsoleRig(app, opened.console, opened.url.replace('localhost', '127.0.0.1'));
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(this.url + path)).json()) as T;
  }

  async open(browser: Browser, view: string, options: BrowserContextOptions = {}): Promise<Page> {
    // axe has to be let in; the page's own policy would keep it out.
    const context = await browser.newContext({ locale: 'en-GB', bypassCSP: true, ...options });
    const page = await context.newPage();
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== this.url) this.problems.push(request.url());
    });
    await page.goto(`${this.url}/#${view}`);
    return page;
  }

  async stop(): Promise<void> {
    await this.#console.close();
    await this.app.closeAdmin();
    await rm(this.app.data, { recursive: true, force: true });
  }
}
