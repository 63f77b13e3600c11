import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type TestApi, TOKENS } from '../integration/api/support.js';
import { collectTrouble, startBrowser, WATCHDOG_MS } from './support/browser.js';
import { becomesVisible } from './support/operator.js';

let api: TestApi;
let browser: Browser;
beforeAll(async () => {
  [api, browser] = await Promise.all([startApi(), startBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await api.close();
});

test('the API documentation lists every route, sends a request with the session of the browser, and works under the content security policy', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(WATCHDOG_MS);
  const trouble = collectTrouble(page);
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(api.url) && !request.url().startsWith('data:'))
      elsewhere.push(request.url());
  });
  const answer = await page.goto(`${api.url}/api/docs`);
  expect(answer?.headers()['content-security-policy']).not.toContain('unsafe');
  expect(await becomesVisible(page.getByRole('heading', { name: /^Recert/u }))).toBe(true);
  const document = (await (await fetch(`${api.url}/api/openapi.json`)).json()) as { paths: object };
  const operations = Object.values(document.paths).flatMap((methods) => Object.keys(methods as object));
  await page
    .locator('.opblock')
    .nth(operations.length - 1)
    .waitFor();
  expect(await page.locator('.opblock').count()).toBe(operations.length);

  const tried = page.locator('#operations-computers-getComputers');
  const said = tried.locator('.live-responses-table');
  await tried.locator('.opblock-summary-control').click();
  await tried.getByRole('button', { name: 'Execute' }).click();
  expect(await becomesVisible(said.getByRole('cell', { name: '401', exact: true }))).toBe(true);

  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: TOKENS.viewer }),
  };
  await page.evaluate(`fetch('/api/v1/session', ${JSON.stringify(request)})`);
  await tried.getByRole('button', { name: 'Execute' }).click();
  expect(await becomesVisible(said.getByRole('cell', { name: '200', exact: true }))).toBe(true);
  expect(await becomesVisible(said.getByText('SERIAL1').first())).toBe(true);
  expect(trouble).toEqual([]);
  expect(elsewhere).toEqual([]);
});
