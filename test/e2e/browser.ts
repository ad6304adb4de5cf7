import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const candidates = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const found = candidates.find((path) => path !== undefined && existsSync(path));

/**
 * Why there can be no page test here, or null. Where CI is set a missing browser is a failure, so
 * that the page tests can't be left out unnoticed.
 */
export const browserMissing =
  found !== undefined || process.env['CI'] !== undefined
    ? null
    : 'no Chromium found: install one (apt-get install chromium), or name it by CHROMIUM_PATH';

export function launchBrowser(): Promise<Browser> {
  if (found === undefined) throw new Error('CI is set, but no Chromium is installed');
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  return chromium.launch({ executablePath: found, args });
}
