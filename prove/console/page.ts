import { chromium, type CDPSession, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';
import type { Figure } from '../figure.js';
import { until } from '../until.js';
import type { ConsoleOptions, ConsolePlace } from './place.js';

/**
 * What people feel as at once. web.dev, Interaction to Next Paint: "good" is up to 200 ms, of the slowest interaction less one for every
 * fifty.
 */
const GOOD_MS = 200;
/** Enough for a phone, and far from what a list of 100,000 would take. */
const MOST_HEAP_MB = 120;
const MOST_ROWS = 120;
const MB = 1_000_000;
/** 20,000 Macs, found and each judged by itself by the service, in one request. */
const MOST_PREVIEW_S = 30;

/** Notes for each key how long it takes from the press until the page is painted again. */
const WATCH_KEYS = `
  globalThis.delays = [];
  addEventListener('keydown', ({ timeStamp }) => {
    requestAnimationFrame(() => setTimeout(() => delays.push(performance.now() - timeStamp)));
  }, { capture: true });`;

/** Proof: the page of the Macs stays quick and small in Chromium, also with a large selection. */
export async function provePage(
  { url, token }: ConsolePlace,
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
    const typed = await typing(page);
    const scrolled = await scrolling(page, rows);
    const heapMb = (await heapOf(session)) / MB;
    const chosen = await choosing(page, url, due);
    return [
      {
        name: 'a key in the search, until it is painted: median',
        value: typed.median,
        most: GOOD_MS / 2,
        unit: 'ms',
      },
      {
        name: 'a key in the search, until it is painted: slow ones',
        value: typed.slow,
        most: GOOD_MS,
        unit: 'ms',
      },
      { name: 'rows scrolled through', value: scrolled.met, least: rows, most: null },
      { name: 'rows in the page after that', value: scrolled.drawn, most: MOST_ROWS },
      { name: 'memory of scripts after that', value: heapMb, most: MOST_HEAP_MB, unit: 'MB' },
      { name: 'Macs chosen and previewed', value: chosen.previewed, least: due, most: due },
      {
        name: 'until the preview is there',
        value: chosen.previewMs / 1_000,
        most: MOST_PREVIEW_S,
        unit: 's',
      },
      { name: 'a key while the preview is made: slow ones', value: chosen.slow, most: GOOD_MS, unit: 'ms' },
      {
        name: 'memory of scripts after that',
        value: (await heapOf(session)) / MB,
        most: MOST_HEAP_MB,
        unit: 'MB',
      },
    ];
  } finally {
    await browser.close();
  }
}

/** Types what on-call would, and deletes it again. */
async function typing(page: Page): Promise<{ median: number; slow: number }> {
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

/** The slowest less one for every fifty, as Interaction to Next Paint counts. */
function summary(delays: readonly number[]): { median: number; slow: number } {
  const sorted = delays.toSorted((one, other) => one - other);
  const slow = sorted.length - 1 - Math.floor(sorted.length / 50);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? NaN, slow: sorted[slow] ?? NaN };
}

/** Scrolls until so many Macs were met. */
async function scrolling(page: Page, rows: number): Promise<{ met: number; drawn: number }> {
  const met = await until('the end of the scrolling', async () => {
    await page.mouse.wheel(0, 20_000);
    const last = await page.evaluate<number>(
      "Math.max(0, ...Array.from(document.querySelectorAll('tbody tr[aria-rowindex]'), (row) => row.ariaRowIndex - 1))",
    );
    return last >= rows && last;
  });
  return { met, drawn: await page.getByRole('row').count() };
}

/** Chooses all Macs that are due, and has the preview of redistributing to them made, typing meanwhile. Changes nothing. */
async function choosing(page: Page, url: string, due: number) {
  await page.goto(`${url}/macs?state=due`);
  await page.evaluate(WATCH_KEYS);
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('checkbox', { name: 'Select all matching Macs' }).check();
  await page
    .getByRole('region', { name: 'Selected Macs' })
    .getByRole('button', { name: 'Redistribute' })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('to see what it would do');
  const previewAt = performance.now();
  await dialog.getByRole('button', { name: 'Preview' }).click();
  // Tab moves the focus and changes nothing of the request: typing a reason would need another preview.
  const preview = dialog.getByRole('region', { name: 'Preview' });
  while ((await preview.count()) === 0) await page.keyboard.press('Tab', { delay: 50 });
  const previewMs = performance.now() - previewAt;
  const said = (await preview.textContent()) ?? '';
  const previewed = Number(/of ([\d,]+)/u.exec(said)?.[1]?.replaceAll(',', ''));
  const { slow } = summary(await page.evaluate<number[]>('delays'));
  if (!Number.isFinite(slow)) throw new Error(`no key was pressed while ${due} Macs were looked at`);
  return { previewed, previewMs, slow };
}

/** What scripts hold on to, bytes, after what they do not is collected. */
async function heapOf(session: CDPSession): Promise<number> {
  await session.send('Performance.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN;
}
