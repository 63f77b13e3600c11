import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { seriousFindings } from './support/browser.js';
import type { House } from './support/house.js';
import { aMacToRedistribute, askAs, sees, signIn, until } from './support/on-call.js';
import { onStage } from './support/stage.js';

const MACS = 240;

let house: House;
let page: Page;

onStage(
  { computers: MACS, due: 0 },
  {
    opened: async (opened) => {
      house = opened;
      await until(async () => (await askAs(house).overview()).instances[0]?.computers.known === MACS);
    },
    begins: (scene) => {
      ({ page } = scene);
    },
  },
);

const all = () => page.getByRole('checkbox', { name: 'Choose all that match' });
const bar = () => page.getByRole('region', { name: 'Chosen Macs' });

test('scrolling goes through the whole fleet, and only what is seen is in the page', async () => {
  await signIn(page, house);
  await page.goto(`${house.url}/macs`);
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

test('all that match are more than the page shows: CSV has them all, less those that were left out', async () => {
  await signIn(page, house);
  await page.goto(`${house.url}/macs?state=healthy`);
  await page.getByRole('row').nth(1).waitFor();
  await all().check();
  await bar().getByText('All that match are chosen').waitFor();
  const first = page.getByRole('row').nth(1);
  const serial = (await first.locator('td').nth(1).textContent()) ?? '';
  await first.getByRole('checkbox').uncheck();
  await bar().getByText('All that match but 1 are chosen').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    bar().getByRole('button', { name: 'CSV' }).click(),
  ]);
  const lines = readFileSync(await file.path(), 'utf8')
    .trimEnd()
    .split('\r\n');
  const healthy = (await askAs(house).overview()).instances[0]?.profiles[0]?.states.healthy ?? 0;
  expect(Math.abs(lines.length - 1 - (healthy - 1))).toBeLessThanOrEqual(2);
  expect(lines.length).toBeGreaterThan(150);
  expect(lines.filter((line) => serial.includes(line.split(',')[1] ?? '?'))).toEqual([]);
});

test('what was chosen belongs to what was asked for', async () => {
  await signIn(page, house);
  await page.goto(`${house.url}/macs`);
  await page.getByRole('row').nth(1).getByRole('checkbox').check();
  await bar().getByText('1 chosen').waitFor();
  await page.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Healthy' }).click();
  await bar().waitFor({ state: 'detached' });
  await page.getByRole('combobox', { name: 'Days left' }).selectOption('7');
  await page.waitForURL(/within=7/u);
  expect(await sees(page.getByText('No certificate in scope ends within 7 days.'))).toBe(true);
});

test('many are redistributed only when their number is typed; the service works on it, the browser closed or not, until it is cancelled', async () => {
  await signIn(page, house);
  await page.goto(`${house.url}/macs?text=MB`);
  await until(async () => (await page.getByRole('row').count()) > 12);
  await all().check();
  const first = page.getByRole('row').nth(1);
  const leftOut = (await first.getByRole('link').textContent()) ?? '';
  await first.getByRole('checkbox').uncheck();
  await bar().getByRole('button', { name: 'Redistribute' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('All Macs found by “MB”; 1 Mac left out.').waitFor();
  await dialog.getByLabel('Reason').fill('CHG-99: all of the laptops');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  const preview = dialog.getByRole('region', { name: 'Preview' });
  const counted = await until(async () => /(\d+) of \d+/u.exec((await preview.textContent()) ?? '')?.[1]);
  await preview.getByText(/calls to Jamf Pro/u).waitFor();
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

  // Nobody looks: it goes on all the same.
  await page.goto('about:blank');
  await until(
    async () => (await askAs(house).overview()).instances[0]?.redistributions.open === Number(counted),
  );
  await page.goto(`${house.url}/redistributions`);
  const requests = page.getByRole('region', { name: 'Requests for many' });
  await requests.getByText(`anna, ${counted} Macs`).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await requests.getByRole('link', { name: 'CHG-99: all of the laptops' }).click();
  await page.waitForURL(batch);
  await page.getByRole('heading', { level: 1, name: `Request for ${counted} Macs` }).waitFor();
  const progress = page.getByRole('region', { name: 'Progress' });
  await progress.getByRole('progressbar', { name: new RegExp(`^\\d+ of ${counted} proven$`, 'u') }).waitFor();
  await page.getByRole('region', { name: 'Its redistributions' }).getByRole('row').nth(1).waitFor();
  expect(await page.getByText(leftOut, { exact: true }).count()).toBe(0);

  await progress.getByRole('button', { name: 'Cancel it' }).click();
  await dialog.getByLabel('Reason').fill('CHG-99: not on this day');
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Cancel the request' }).click();
  await progress.getByText('Cancelled by anna: CHG-99: not on this day').waitFor();
  await progress.getByRole('link', { name: /^\d+ Cancelled$/u }).click();
  const cancelled = page.getByRole('region', { name: 'Its redistributions: Cancelled' });
  expect(await sees(cancelled.getByRole('row').nth(1))).toBe(true);
  expect(await seriousFindings(page)).toEqual([]);

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Audit' }).click();
  const entries = page.getByRole('row').filter({ hasText: 'CHG-99' });
  await until(async () => (await entries.count()) === 2);
  await entries.filter({ hasText: 'all of the laptops' }).getByRole('link').first().click();
  await page.waitForURL(batch);
});

test('the whole fleet is no selection: it is told what to do instead', async () => {
  await signIn(page, house);
  await page.goto(`${house.url}/macs`);
  await page.getByRole('row').nth(1).waitFor();
  await all().check();
  await bar().getByText('narrow it by a filter first').waitFor();
  expect(await bar().getByRole('button', { name: 'Redistribute' }).isDisabled()).toBe(true);
});

test('one Mac: everything that happened to it on one line of time, and a look at it now', async () => {
  const mac = await aMacToRedistribute(house);
  await signIn(page, house);
  await page.goto(`${house.url}/macs/demo/${mac.id}`);
  const chronicle = page.getByRole('list', { name: 'Everything that happened' });
  await chronicle.getByText('ComputerCheckIn').first().waitFor();
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.getByText('It is read from Jamf now.').waitFor();
  await chronicle.getByText('anna: sweep').waitFor();
  await page.getByRole('group', { name: 'Kind' }).getByRole('button', { name: 'People' }).click();
  expect(await chronicle.getByText('ComputerCheckIn').count()).toBe(0);
  expect(await sees(chronicle.getByText('Refresh of this Mac requested.'))).toBe(true);
});
