import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectTrouble, startBrowser, WATCHDOG_MS } from './support/browser.js';
import { type House, openHouse } from './support/house.js';
import { askAs, sees, signIn, until } from './support/on-call.js';

let house: House;
let browser: Browser;
beforeAll(async () => {
  [house, browser] = await Promise.all([openHouse({ computers: 12, due: 3 }), startBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await house.close();
});

test('a redistribution links to its job in the queue board and back, under the content security policy', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(WATCHDOG_MS);
  const trouble = collectTrouble(page);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!/^(?:data|blob):/u.test(request.url()) && !request.url().startsWith(house.url))
      elsewhere.push(request.url());
  });
  const { id } = await until(async () => {
    for (const mac of await askAs(house).macs()) {
      const [one] = await askAs(house).redistributions(mac.id);
      if (one) return one;
    }
    return null;
  });
  await signIn(page, house);
  await page.goto(`${house.url}/redistributions/${id}`);
  await page.getByRole('link', { name: 'View queue job' }).click();
  await page.waitForURL(/\/queues\/queue\/redistribute\//u);
  const back = page.getByRole('link', { name: 'View redistribution' });
  expect(await back.getAttribute('href')).toBe(`/redistributions/${id}`);
  // The board is read-only: it has no button to retry, promote or remove a job.
  expect(await page.getByRole('button', { name: /retry|promote|clean|remove|duplicate/iu }).count()).toBe(0);
  await page.goto(new URL((await back.getAttribute('href')) ?? '', house.url).href);
  expect(await sees(page.getByRole('link', { name: 'View queue job' }))).toBe(true);
  expect(trouble).toEqual([]);
  expect(elsewhere).toEqual([]);
});
