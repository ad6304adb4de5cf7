import { setTimeout as sleep } from 'node:timers/promises';
import { browserMissing, launchBrowser } from '#test/e2e/browser.ts';
import { loadPage } from '#test/e2e/page-load.ts';
import { RunningApplication } from '#test/e2e/running-application.ts';
import { LoadMeter } from './machine-load.ts';
import { quantile, report } from './report.ts';

const loads = 10;
/** So many scores, and the application is past its start. */
const scoredLeast = 1_000;
const startMaxMs = 120_000;

/**
 * The overview of the running application in a real browser, each time with nothing cached: from the
 * start of the navigation to the first contentful paint. Application and browser share the machine.
 */
export async function firstPaint(): Promise<void> {
  if (browserMissing !== null) throw new Error(browserMissing);
  const app = await RunningApplication.create();
  const browser = await launchBrowser();
  try {
    await app.start();
    await scoring(app);
    // The first load of a new browser compiles what the others find compiled.
    const first = await loadPage(browser, app.url);
    const samples: number[] = [];
    const meter = new LoadMeter([]);
    let bytes = 0;
    for (let i = 0; i < loads; i++) {
      const load = await loadPage(browser, app.url);
      samples.push(load.firstPaintMs);
      bytes = Math.max(bytes, load.bytes);
    }
    // Application and browser are among the others.
    const { own, others } = meter.stop();
    const machineCpuPercent = (own[0] ?? 0) + others;
    const context = { loads, firstMs: Math.round(first.firstPaintMs), machineCpuPercent };
    for (const [metric, q] of [
      ['p50', 0.5],
      ['max', 1],
    ] as const) {
      const value = quantile(samples, q);
      report({ bench: 'first-paint', metric, value, unit: 'milliseconds', context });
    }
    const { answers } = first;
    report({
      ...{ bench: 'first-paint', metric: 'transfer', value: bytes, unit: 'bytes' },
      context: { answers },
    });
  } finally {
    await browser.close();
    await app.remove();
  }
}

async function scoring(app: RunningApplication): Promise<void> {
  for (const end = Date.now() + startMaxMs; Date.now() < end; await sleep(200)) {
    const answer = await fetch(`${app.url}/api/overview`).catch(() => null);
    const { scored } = ((await answer?.json()) ?? { scored: 0 }) as { scored: number };
    if (scored >= scoredLeast) return;
  }
  throw new Error(`no ${scoredLeast} scores within ${startMaxMs} ms: ${app.said.slice(-2_000)}`);
}
