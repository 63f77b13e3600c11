import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectTrouble, startBrowser, WATCHDOG_MS } from './support/browser.js';
import { type Installation, startInstallation } from './support/installation.js';
import { apiClient, becomesVisible, signIn, until } from './support/operator.js';

let installation: Installation;
let browser: Browser;
beforeAll(async () => {
  [installation, browser] = await Promise.all([startInstallation({ computers: 12, due: 3 }), startBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await installation.close();
});

test('a redistribution links to its job in the queue board and back, under the content security policy', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(WATCHDOG_MS);
  const trouble = collectTrouble(page);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!/^(?:data|blob):/u.test(request.url()) && !request.url().startsWith(installation.url))
      elsewhere.push(request.url());
  });
  const { id } = await until(async () => {
    for (const mac of await apiClient(installation).macs()) {
      const [one] = await apiClient(installation).redistributions(mac.id);
      if (one) return one;
    }
    return null;
  });
  await signIn(page, installation);
  await page.goto(`${installation.url}/redistributions/${id}`);
  await page.getByRole('link', { name: 'View queue job' }).click();
  await page.waitForURL(/\/queues\/queue\/redistribute\//u);
  const back = page.getByRole('link', { name: 'View redistribution' });
  expect(await back.getAttribute('href')).toBe(`/redistributions/${id}`);
  // The board is read-only: it has no button to retry, promote or remove a job.
  expect(await page.getByRole('button', { name: /retry|promote|clean|remove|duplicate/iu }).count()).toBe(0);
  await page.goto(new URL((await back.getAttribute('href')) ?? '', installation.url).href);
  expect(await becomesVisible(page.getByRole('link', { name: 'View queue job' }))).toBe(true);
  expect(trouble).toEqual([]);
  expect(elsewhere).toEqual([]);
});
