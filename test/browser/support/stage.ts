import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { collectTrouble, startBrowser, WATCHDOG_MS } from './browser.js';
import { type House, type HouseOptions, openHouse } from './house.js';

/** State that is new for each test. */
export interface Scene {
  context: BrowserContext;
  page: Page;
  /** Problems of the page so far. A test that expects problems empties the list. */
  trouble: string[];
}

/** Starts the service and a browser for all tests of a file, and a page for each test. A test fails when its page had problems. */
export function onStage(
  options: HouseOptions,
  {
    opened,
    begins,
    look = {},
  }: {
    /** Runs once after the start: waits until the service is in the state that the tests expect. */
    opened: (house: House) => Promise<void>;
    begins: (scene: Scene) => void;
    look?: BrowserContextOptions;
  },
): void {
  let house: House;
  let browser: Browser;
  let scene: Scene;
  beforeAll(async () => {
    [house, browser] = await Promise.all([openHouse(options), startBrowser()]);
    await opened(house);
  });
  afterAll(async () => {
    await browser.close();
    await house.close();
  });
  beforeEach(async () => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 860 },
      colorScheme: 'light',
      ...look,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(WATCHDOG_MS);
    scene = { context, page, trouble: collectTrouble(page) };
    begins(scene);
  });
  afterEach(async () => {
    const { context, trouble } = scene;
    await context.close();
    if (trouble.length > 0) throw new Error(`The page had trouble:\n${trouble.join('\n')}`);
  });
}
