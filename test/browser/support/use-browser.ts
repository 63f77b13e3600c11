import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { collectTrouble, startBrowser, WATCHDOG_MS } from './browser.js';
import { type Installation, type InstallationOptions, startInstallation } from './installation.js';

/** State that is new for each test. */
export interface BrowserTest {
  context: BrowserContext;
  page: Page;
  /** Problems of the page so far. A test that expects problems empties the list. */
  trouble: string[];
}

/** Starts the service and a browser for all tests of a file, and a page for each test. A test fails when its page had problems. */
export function useBrowser(
  options: InstallationOptions,
  {
    prepare,
    beforeTest,
    contextOptions = {},
  }: {
    /** Runs once after the start: waits until the service is in the state that the tests expect. */
    prepare: (installation: Installation) => Promise<void>;
    beforeTest: (browserTest: BrowserTest) => void;
    contextOptions?: BrowserContextOptions;
  },
): void {
  let installation: Installation;
  let browser: Browser;
  let browserTest: BrowserTest;
  beforeAll(async () => {
    [installation, browser] = await Promise.all([startInstallation(options), startBrowser()]);
    await prepare(installation);
  });
  afterAll(async () => {
    await browser.close();
    await installation.close();
  });
  beforeEach(async () => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 860 },
      colorScheme: 'light',
      ...contextOptions,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(WATCHDOG_MS);
    browserTest = { context, page, trouble: collectTrouble(page) };
    beforeTest(browserTest);
  });
  afterEach(async () => {
    const { context, trouble } = browserTest;
    await context.close();
    if (trouble.length > 0) throw new Error(`The page had trouble:\n${trouble.join('\n')}`);
  });
}
