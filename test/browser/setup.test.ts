import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { seriousFindings } from './support/browser.js';
import type { Installation } from './support/installation.js';
import { apiClient, signIn, until } from './support/operator.js';
import { useBrowser } from './support/use-browser.js';

const PHONE = { width: 390, height: 844 };

let installation: Installation;
let page: Page;

useBrowser(
  { mode: 'observe', due: 2 },
  {
    prepare: async (opened) => {
      installation = opened;
      await until(async () => {
        const setup = (await apiClient(installation).overview()).instances[0]?.setup ?? [];
        return ['worker', 'read', 'sweep', 'check', 'coverage'].every((id) =>
          setup.some((step) => step.id === id && step.done),
        );
      });
    },
    beforeTest: (scene) => {
      ({ page } = scene);
    },
    contextOptions: { reducedMotion: 'reduce' },
  },
);

test('while a step of the setup is missing, the overview shows it first, with its remedy', async () => {
  await signIn(page, installation);
  const card = page.getByRole('main').getByRole('region').first();
  expect(await card.getAttribute('aria-label')).toBe('Set-up');
  await card.getByRole('link', { name: 'View all steps' }).click();
  await page.getByRole('heading', { name: 'Set-up', level: 1 }).waitFor();
});

test('the page Set-up has every step with its state, what to do, and where in Jamf Pro', async () => {
  await signIn(page, installation);
  await page.goto(`${installation.url}/setup`);
  const item = (title: string) =>
    page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) });
  await item('Worker is running').getByLabel('Complete', { exact: true }).waitFor();
  const acts = item('Recert acts');
  await acts.getByLabel('Not complete').waitFor();
  await acts.getByText('set mode: act and restart').waitFor();
  await item('A first renewal is verified').getByText('recert trial --serial').waitFor();
  const { instances } = await apiClient(installation).overview();
  const webhooks = instances[0]?.setup.find(({ id }) => id === 'webhooks');
  const link = item('Webhooks arrive').getByRole('link', { name: 'Open Jamf Pro' });
  expect(await link.count()).toBe(webhooks?.done ? 0 : 1);
  await page.setViewportSize(PHONE);
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
    PHONE.width,
  );
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme='${colorScheme}']`).waitFor();
    expect(await seriousFindings(page), colorScheme).toEqual([]);
  }
});
