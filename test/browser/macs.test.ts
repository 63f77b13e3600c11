import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { seriousFindings } from './support/browser.js';
import type { Installation } from './support/installation.js';
import { findMacToRedistribute, apiClient, becomesVisible, signIn, until } from './support/operator.js';
import { useBrowser } from './support/use-browser.js';

const MACS = 240;

let installation: Installation;
let page: Page;

useBrowser(
  { computers: MACS, due: 0 },
  {
    prepare: async (opened) => {
      installation = opened;
      await until(
        async () => (await apiClient(installation).overview()).instances[0]?.computers.known === MACS,
      );
    },
    beforeTest: (scene) => {
      ({ page } = scene);
    },
  },
);

const all = () => page.getByRole('checkbox', { name: 'Select all matching Macs' });
const bar = () => page.getByRole('region', { name: 'Selected Macs' });

test('scrolling reaches the end of the fleet, and only visible rows are in the page', async () => {
  await signIn(page, installation);
  await page.goto(`${installation.url}/macs`);
  await page.getByRole('row').nth(1).waitFor();
  const table = page.getByRole('table');
  await until(async () => {
    await page.mouse.wheel(0, 4_000);
    return (await table.getAttribute('aria-rowcount')) === String(MACS + 1);
  });
  expect(await page.getByRole('row').count()).toBeLessThan(80);
  await page.keyboard.press('End');
  const last = page.locator(`tr[aria-rowindex="${MACS + 1}"]`);
  await until(async () => {
    await page.mouse.wheel(0, 4_000);
    return (await last.count()) === 1;
  });
  expect(await seriousFindings(page)).toEqual([]);
});

test('the CSV file has all matching Macs, also those that are not shown, except the excluded ones', async () => {
  await signIn(page, installation);
  await page.goto(`${installation.url}/macs?state=healthy`);
  await page.getByRole('row').nth(1).waitFor();
  await all().check();
  await bar().getByText('All matching Macs selected').waitFor();
  const first = page.getByRole('row').nth(1);
  const serial = (await first.locator('td').nth(1).textContent()) ?? '';
  await first.getByRole('checkbox').uncheck();
  await bar().getByText('All matching Macs except 1 selected').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    bar().getByRole('button', { name: 'Download CSV' }).click(),
  ]);
  const lines = readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  const healthy = (await apiClient(installation).overview()).instances[0]?.profiles[0]?.states.healthy ?? 0;
  expect(Math.abs(lines.length - 1 - (healthy - 1))).toBeLessThanOrEqual(2);
  expect(lines.length).toBeGreaterThan(150);
  expect(lines.filter((line) => serial.includes(line.split(',')[1] ?? '?'))).toEqual([]);
});

test('a change of the filter clears the selection', async () => {
  await signIn(page, installation);
  await page.goto(`${installation.url}/macs`);
  await page.getByRole('row').nth(1).getByRole('checkbox').check();
  await bar().getByText('1 selected').waitFor();
  await page.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Healthy' }).click();
  await bar().waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Expiry' }).selectOption('7');
  await page.waitForURL(/within=7/u);
  expect(await becomesVisible(page.getByText('No certificate in scope expires within 7 days.'))).toBe(true);
});

test('a batch requires the typed number of Macs, runs on the server without the browser, and can be canceled', async () => {
  await signIn(page, installation);
  await page.goto(`${installation.url}/macs?text=MB`);
  await until(async () => (await page.getByRole('row').count()) > 12);
  await all().check();
  const first = page.getByRole('row').nth(1);
  const excluded = (await first.getByRole('link').textContent()) ?? '';
  await first.getByRole('checkbox').uncheck();
  await bar().getByRole('button', { name: 'Redistribute' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('All Macs matching “MB”, except 1 Mac.').waitFor();
  await dialog.getByLabel('Reason').fill('CHG-99: all of the laptops');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  const preview = dialog.getByRole('region', { name: 'Preview' });
  const counted = await until(async () => /(\d+) of \d+/u.exec((await preview.textContent()) ?? '')?.[1]);
  await preview.getByText(/Jamf Pro API calls/u).waitFor();
  expect(Number(counted)).toBeGreaterThan(100);
  const go = dialog.getByRole('button', { name: `Redistribute to ${counted} Macs` });
  expect(await go.isDisabled()).toBe(true);
  await dialog.getByLabel(`Type ${counted} to confirm`).fill('12');
  expect(await go.isDisabled()).toBe(true);
  await dialog.getByLabel(`Type ${counted} to confirm`).fill(counted);
  expect(await seriousFindings(page)).toEqual([]);
  await go.click();
  await page.waitForURL(/redistributions\/batches\//u);
  const batch = page.url();

  // The server continues while no browser shows the batch.
  await page.goto('about:blank');
  await until(
    async () =>
      (await apiClient(installation).overview()).instances[0]?.redistributions.open === Number(counted),
  );
  await page.goto(`${installation.url}/redistributions`);
  const batches = page.getByRole('region', { name: 'Batches' });
  await batches.getByText(`anna, ${counted} Macs`).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await batches.getByRole('link', { name: 'CHG-99: all of the laptops' }).click();
  await page.waitForURL(batch);
  await page.getByRole('heading', { level: 1, name: `Batch of ${counted} Macs` }).waitFor();
  const progress = page.getByRole('region', { name: 'Progress' });
  await progress
    .getByRole('progressbar', { name: new RegExp(`^\\d+ of ${counted} verified$`, 'u') })
    .waitFor();
  await page.getByRole('region', { name: 'Redistributions in this batch' }).getByRole('row').nth(1).waitFor();
  expect(await page.getByText(excluded, { exact: true }).count()).toBe(0);

  await progress.getByRole('button', { name: 'Cancel batch' }).click();
  await dialog.getByLabel('Reason').fill('CHG-99: not on this day');
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Cancel batch' }).click();
  await progress.getByText('Canceled by anna: CHG-99: not on this day').waitFor();
  await progress.getByRole('link', { name: /^\d+ Canceled$/u }).click();
  const cancelled = page.getByRole('region', { name: 'Redistributions in this batch: Canceled' });
  expect(await becomesVisible(cancelled.getByRole('row').nth(1))).toBe(true);
  expect(await seriousFindings(page)).toEqual([]);

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Audit log' }).click();
  const entries = page.getByRole('row').filter({ hasText: 'CHG-99' });
  await until(async () => (await entries.count()) === 2);
  await entries.filter({ hasText: 'all of the laptops' }).getByRole('link').first().click();
  await page.waitForURL(batch);
});

test('the whole fleet cannot be redistributed: the page asks for a filter', async () => {
  await signIn(page, installation);
  await page.goto(`${installation.url}/macs`);
  await page.getByRole('row').nth(1).waitFor();
  await all().check();
  await bar().getByText('Select a filter first').waitFor();
  expect(await bar().getByRole('button', { name: 'Redistribute' }).isDisabled()).toBe(true);
});

test('one Mac: its activity in order of time, and a refresh from Jamf Pro', async () => {
  const mac = await findMacToRedistribute(installation);
  await signIn(page, installation);
  await page.goto(`${installation.url}/macs/demo/${mac.id}`);
  const chronicle = page.getByRole('list', { name: 'Activity' });
  await chronicle.getByText('ComputerCheckIn').first().waitFor();
  await page.getByRole('button', { name: 'Refresh from Jamf Pro' }).click();
  await page.getByText(/^Refresh requested/u).waitFor();
  await chronicle.getByText('anna: sweep').waitFor();
  await page.getByRole('group', { name: 'Kind' }).getByRole('button', { name: 'People' }).click();
  expect(await chronicle.getByText('ComputerCheckIn').count()).toBe(0);
  expect(
    await becomesVisible(chronicle.getByText('Requested that this Mac is read from Jamf Pro again.')),
  ).toBe(true);
});
