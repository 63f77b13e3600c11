import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { seriousFindings } from './support/browser.js';
import { everyPage } from './support/every-page.js';
import type { Installation } from './support/installation.js';
import { findMacToRedistribute, apiClient, signIn, until } from './support/operator.js';
import { useBrowser } from './support/use-browser.js';

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

let installation: Installation;
let page: Page;

useBrowser(
  { due: 1, policy: { canary: [5] } },
  {
    prepare: async (opened) => {
      installation = opened;
      await until(async () => {
        const { instances } = await apiClient(installation).overview();
        return (instances[0]?.redistributions.verified ?? 0) >= 1 && instances[0]?.profiles[0]?.audit;
      });
    },
    beforeTest: (scene) => {
      ({ page } = scene);
    },
    contextOptions: { reducedMotion: 'reduce' },
  },
);

/** Serious and critical findings of axe: all rules in the light theme, the rules about colors in the dark theme. */
async function findings(): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme='${colorScheme}']`).waitFor();
    const only = colorScheme === 'light' ? undefined : ['color-contrast', 'link-in-text-block'];
    found.push(...(await seriousFindings(page, only)).map((finding) => `${colorScheme}: ${finding}`));
  }
  return found;
}

test('this file covers every page of the console', async () => {
  const source = readFileSync(new URL('../../console/src/pages.tsx', import.meta.url), 'utf8');
  const names = [...source.matchAll(/^ {2}(\w+): lazyPage\(/gmu)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(8);
  expect(Object.keys(await everyPage(page, installation))).toEqual(expect.arrayContaining(names));
});

test('axe finds nothing serious on any page, in both themes, and every page fits on a phone', async () => {
  await page.goto(installation.url);
  await page.getByLabel('API token').waitFor();
  expect(await findings()).toEqual([]);
  await signIn(page, installation, installation.tokens.admin);
  for (const { path, shown } of Object.values(await everyPage(page, installation)).flat()) {
    await page.setViewportSize(WIDE);
    await page.goto(installation.url + path);
    await shown.waitFor();
    expect(await findings(), path).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(
      PHONE.width,
    );
  }
});

test('axe finds nothing serious in any dialog', async () => {
  const dialog = page.getByRole('dialog');
  const look = async (name: string) => {
    await dialog.waitFor();
    expect(await findings(), name).toEqual([]);
  };
  const press = (name: string, within: Pick<Page, 'getByRole'> = page) =>
    within.getByRole('button', { name, exact: true }).click();
  const say = (reason: string) => dialog.getByLabel('Reason').fill(reason);
  const { id } = await findMacToRedistribute(installation);
  await signIn(page, installation);

  const rails = page.getByRole('region', { name: 'Automation status' });
  await press('Pause', rails);
  await look('pause');
  await say('to check the dialogs');
  await press('Pause', dialog);
  await press('Resume', rails);
  await look('resume');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await look('keyboard shortcuts');

  await page.goto(`${installation.url}/macs/demo/${id}`);
  await press('Redistribute');
  await say('to check the dialogs');
  await press('Preview', dialog);
  await page.getByRole('region', { name: 'Preview' }).waitFor();
  await look('redistribute');
  await press('Redistribute now', dialog);
  await press('Cancel redistribution');
  await look('cancel');
  await say('the dialog was checked');
  await press('Cancel redistribution', dialog);
  await dialog.waitFor({ state: 'hidden' });

  await page.goto(`${installation.url}/macs?state=healthy`);
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('checkbox', { name: 'Select all matching Macs' }).check();
  await press('Redistribute');
  await say('to check the dialogs');
  await press('Preview', dialog);
  await dialog.getByLabel(/^Type \d+ to confirm/u).waitFor();
  await look('redistribute several');

  const { id: many } = await apiClient(installation).redistribute(
    { state: 'healthy' },
    'to check the dialogs',
  );
  await page.goto(`${installation.url}/redistributions/batches/${many}`);
  await press('Cancel batch');
  await look('cancel batch');
  await say('the dialog was checked');
  await press('Cancel batch', dialog);
  await dialog.waitFor({ state: 'hidden' });

  await page.goto(`${installation.url}/events?event=ComputerCheckIn`);
  await page
    .getByRole('button', { name: /^Show payload/u })
    .first()
    .click();
  await press('Replay');
  await look('replay');
  await page.keyboard.press('Escape');
  await press('Replay all matching');
  await say('to check the dialogs');
  await press('Preview', dialog);
  await dialog.getByRole('region', { name: 'Preview' }).waitFor();
  await look('replay all');

  await page.goto(installation.url);
  await press('Resume', rails);
  await say('the dialogs were checked');
  await press('Resume', dialog);
  await rails.getByText('Not paused').waitFor();
});
