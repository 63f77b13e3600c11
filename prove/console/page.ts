import { chromium, type CDPSession, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';
import type { Figure } from '../figure.js';
import { until } from '../until.js';
import type { ConsoleOptions, ConsoleEnvironment } from './environment.js';

/**
 * Limit for the delay of a key press. Up to 200 ms is "good", and the slowest of every 50 interactions is ignored
 * (web.dev, Interaction to Next Paint).
 */
const GOOD_MS = 200;
/** A list that kept all 100,000 Macs in memory would exceed this limit. */
const MOST_HEAP_MB = 120;
const MOST_ROWS = 120;
const MB = 1_000_000;
/** Limit for the preview of 20,000 Macs, which the service assesses individually in one request. */
const MOST_PREVIEW_S = 30;

/** Page script that records the time from each key press to the next paint. */
const WATCH_KEYS = `
  globalThis.delays = [];
  addEventListener('keydown', ({ timeStamp }) => {
    requestAnimationFrame(() => setTimeout(() => delays.push(performance.now() - timeStamp)));
  }, { capture: true });`;

/** Measures delays and memory of the page Macs in Chromium: typing, scrolling, and previewing a large selection. */
export async function provePage(
  { url, token }: ConsoleEnvironment,
  { due, rows }: ConsoleOptions,
): Promise<readonly Figure[]> {
  const browser = await chromium.launch(await findChromium());
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.setDefaultTimeout(120_000);
    await page.goto(url);
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    };
    await page.evaluate(`fetch('/api/v1/session', ${JSON.stringify(request)})`);
    await page.goto(`${url}/macs`);
    await page.evaluate(WATCH_KEYS);
    const session = await page.context().newCDPSession(page);
    await page.getByRole('row').nth(1).waitFor();
    const typed = await measureTyping(page);
    const scrolled = await measureScrolling(page, rows);
    const heapMb = (await heapOf(session)) / MB;
    const chosen = await measurePreview(page, url, due);
    return [
      {
        name: 'key press in the search until paint: median',
        value: typed.median,
        most: GOOD_MS / 2,
        unit: 'ms',
      },
      { name: 'key press in the search until paint: slowest', value: typed.slow, most: GOOD_MS, unit: 'ms' },
      { name: 'rows scrolled through', value: scrolled.met, least: rows, most: null },
      { name: 'rows in the DOM after scrolling', value: scrolled.drawn, most: MOST_ROWS },
      { name: 'script memory after scrolling', value: heapMb, most: MOST_HEAP_MB, unit: 'MB' },
      { name: 'Macs selected and previewed', value: chosen.previewed, least: due, most: due },
      {
        name: 'time until the preview is shown',
        value: chosen.previewMs / 1_000,
        most: MOST_PREVIEW_S,
        unit: 's',
      },
      {
        name: 'key press during the preview until paint: slowest',
        value: chosen.slow,
        most: GOOD_MS,
        unit: 'ms',
      },
      {
        name: 'script memory after the preview',
        value: (await heapOf(session)) / MB,
        most: MOST_HEAP_MB,
        unit: 'MB',
      },
    ];
  } finally {
    await browser.close();
  }
}

/** Types typical search texts and deletes them again. Returns the delays per key in milliseconds. */
async function measureTyping(page: Page): Promise<{ median: number; slow: number }> {
  const search = page.getByRole('searchbox', { name: 'Find a Mac' });
  await page.evaluate('delays.length = 0');
  for (const text of ['kowalski', 'C00', 'mbp-c0']) {
    await search.pressSequentially(text, { delay: 60 });
    await page.waitForURL((address) => address.searchParams.get('text') === text);
    await page.getByRole('row').nth(1).waitFor();
    for (let index = 0; index < text.length; index += 1) await search.press('Backspace', { delay: 30 });
  }
  await page.waitForURL((address) => !address.searchParams.has('text'));
  return summary(await page.evaluate<number[]>('delays'));
}

/** Returns the median and the slowest delay. One outlier per 50 delays is ignored, as in Interaction to Next Paint. */
function summary(delays: readonly number[]): { median: number; slow: number } {
  const sorted = delays.toSorted((a, b) => a - b);
  const slow = sorted.length - 1 - Math.floor(sorted.length / 50);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? NaN, slow: sorted[slow] ?? NaN };
}

/** Scrolls until the row with the given number is rendered. Returns that number and the count of rows in the DOM. */
async function measureScrolling(page: Page, rows: number): Promise<{ met: number; drawn: number }> {
  const met = await until('the end of the scrolling', async () => {
    await page.mouse.wheel(0, 20_000);
    const last = await page.evaluate<number>(
      "Math.max(0, ...Array.from(document.querySelectorAll('tbody tr[aria-rowindex]'), (row) => row.ariaRowIndex - 1))",
    );
    return last >= rows && last;
  });
  return { met, drawn: await page.getByRole('row').count() };
}

/** Selects all due Macs and requests the preview of their redistribution, pressing keys meanwhile. Nothing is redistributed. */
async function measurePreview(page: Page, url: string, due: number) {
  await page.goto(`${url}/macs?state=due`);
  await page.evaluate(WATCH_KEYS);
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('checkbox', { name: 'Select all matching Macs' }).check();
  await page
    .getByRole('region', { name: 'Selected Macs' })
    .getByRole('button', { name: 'Redistribute' })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('preview only');
  const previewAt = performance.now();
  await dialog.getByRole('button', { name: 'Preview' }).click();
  // Tab only moves the focus. Typing in the form would change the request and discard the preview.
  const preview = dialog.getByRole('region', { name: 'Preview' });
  do await page.keyboard.press('Tab', { delay: 50 });
  while ((await preview.count()) === 0);
  const previewMs = performance.now() - previewAt;
  const text = (await preview.textContent()) ?? '';
  const previewed = Number(/of ([\d,]+)/u.exec(text)?.[1]?.replaceAll(',', ''));
  const { slow } = summary(await page.evaluate<number[]>('delays'));
  if (!Number.isFinite(slow)) throw new Error(`No key was pressed while ${due} Macs were previewed`);
  return { previewed, previewMs, slow };
}

/** JavaScript heap size after garbage collection, bytes. */
async function heapOf(session: CDPSession): Promise<number> {
  await session.send('Performance.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN;
}
