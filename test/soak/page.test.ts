/**
 * The page left open for a long time under load, as on a screen on a wall: what it holds once it
 * has settled must not grow. `WEIR_SOAK_MINUTES` says how long (default 30).
 */
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, describe, expect, test } from 'vitest';
import { pause } from '../chaos/processes.ts';
import { browserMissing, launchBrowser } from '../e2e/browser.ts';
import { RunningApplication } from '../e2e/running-application.ts';

const minutes = Number(process.env['WEIR_SOAK_MINUTES'] ?? 30);
const transactionsPerSecond = 300;
const sampleEveryMs = 15_000;
const views = ['review', 'accounts', 'models', 'runtime', 'overview'] as const;
const mebibyte = 2 ** 20;

/** After a collection of garbage in the page; that of the console's process comes when it likes. */
interface PageSample {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
  readonly consoleBytes: number;
}

let app: RunningApplication | null = null;
let browser: Browser | null = null;
afterAll(async () => {
  await browser?.close();
  await app?.remove();
}, 120_000);

async function consoleBytes(of: RunningApplication): Promise<number> {
  const pid = await of.pidOf('console');
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1_024;
}

function least(samples: readonly PageSample[], of: (sample: PageSample) => number): number {
  return Math.min(...samples.map(of));
}

describe.skipIf(browserMissing !== null || process.platform !== 'linux')('the page', () => {
  test(
    `${minutes} minutes open under load hold no more at their end than when it had settled`,
    async () => {
      app = await RunningApplication.create();
      // As in service: with gigabytes to fill, the garbage of an hour would look like a leak.
      process.env['NODE_OPTIONS'] = '--max-old-space-size=256';
      await app.start('--rate', String(transactionsPerSecond));
      browser = await launchBrowser();
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      const problems: string[] = [];
      page.on('pageerror', ({ message }) => problems.push(message));
      for (let tries = 0; ; tries++) {
        if (await page.goto(app.url).catch(() => null)) break;
        expect(tries, app.said).toBeLessThan(120);
        await pause(500);
      }
      await page.locator('[data-connection="live"]').waitFor({ timeout: 120_000 });
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Performance.enable');
      const samples: PageSample[] = [];
      for (const end = Date.now() + minutes * 60_000; Date.now() < end;) {
        for (const view of views) {
          await page.locator(`#to-${view}`).click();
          await page.locator(`#view-${view}`).waitFor({ timeout: 60_000 });
          await pause(sampleEveryMs / views.length);
        }
        await devtools.send('HeapProfiler.collectGarbage');
        const { metrics } = await devtools.send('Performance.getMetrics');
        const metric = (name: string): number => metrics.find((one) => one.name === name)!.value;
        const sample = {
          heapBytes: metric('JSHeapUsedSize'),
          nodes: metric('Nodes'),
          listeners: metric('JSEventListeners'),
          consoleBytes: await consoleBytes(app),
        };
        samples.push(sample);
        const left = Math.max(0, Math.round((end - Date.now()) / 1_000));
        console.log(
          `${left} s left: ${(sample.heapBytes / mebibyte).toFixed(1)} MiB heap, ${sample.nodes} ` +
            `nodes, ${sample.listeners} listeners; console ${Math.round(sample.consoleBytes / mebibyte)} MiB`,
        );
      }
      expect(problems).toEqual([]);
      // Lists and charts fill up to their bounds first.
      const third = Math.max(1, Math.floor(samples.length / 3));
      const [settled, last] = [samples.slice(third, 2 * third), samples.slice(-third)];
      const held = (of: (sample: PageSample) => number) => [least(settled, of), least(last, of)];
      const [heap, nodes] = [held((one) => one.heapBytes), held((one) => one.nodes)];
      const [listeners, resident] = [held((one) => one.listeners), held((one) => one.consoleBytes)];
      console.log(
        `heap ${heap.map((bytes) => (bytes / mebibyte).toFixed(2)).join(' -> ')} MiB, nodes ` +
          `${nodes.join(' -> ')}, listeners ${listeners.join(' -> ')}, console ` +
          `${resident.map((bytes) => (bytes / mebibyte).toFixed(0)).join(' -> ')} MiB`,
      );
      expect(heap[1]).toBeLessThan(heap[0]! * 1.1 + mebibyte);
      expect(nodes[1]).toBeLessThan(nodes[0]! * 1.1 + 200);
      expect(listeners[1]).toBeLessThan(listeners[0]! * 1.1 + 50);
      expect(resident[1]).toBeLessThan(resident[0]! * 1.25 + 16 * mebibyte);
    },
    minutes * 60_000 + 600_000,
  );
});
