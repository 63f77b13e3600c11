import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { seriousFindings } from './support/browser.js';
import { everyPage } from './support/every-page.js';
import type { House } from './support/house.js';
import { aMacToRedistribute, askAs, signIn, until } from './support/on-call.js';
import { onStage } from './support/stage.js';

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

let house: House;
let page: Page;

onStage(
  { due: 1, policy: { canary: [5] } },
  {
    opened: async (opened) => {
      house = opened;
      await until(async () => {
        const { instances } = await askAs(house).overview();
        return (instances[0]?.redistributions.verified ?? 0) >= 1 && instances[0]?.profiles[0]?.audit;
      });
    },
    begins: (scene) => {
      ({ page } = scene);
    },
    look: { reducedMotion: 'reduce' },
  },
);

/** What axe finds that is serious or worse: everything in light, and what depends on colours in dark, too. */
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

test('no page of the console is left out here', async () => {
  const source = readFileSync(new URL('../../console/src/pages.tsx', import.meta.url), 'utf8');
  const names = [...source.matchAll(/^ {2}(\w+): later\(/gmu)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(8);
  expect(Object.keys(await everyPage(page, house))).toEqual(expect.arrayContaining(names));
});

test('axe finds nothing serious on any page, in light and in dark, and none is wider than a phone', async () => {
  await page.goto(house.url);
  await page.getByLabel('API token').waitFor();
  expect(await findings()).toEqual([]);
  await signIn(page, house, house.tokens.admin);
  for (const { path, shown } of Object.values(await everyPage(page, house)).flat()) {
    await page.setViewportSize(WIDE);
    await page.goto(house.url + path);
    await shown.waitFor();
    expect(await findings(), path).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(
      PHONE.width,
    );
  }
});

test('nor in any dialog', async () => {
  const dialog = page.getByRole('dialog');
  const look = async (name: string) => {
    await dialog.waitFor();
    expect(await findings(), name).toEqual([]);
  };
  const press = (name: string, within: Pick<Page, 'getByRole'> = page) =>
    within.getByRole('button', { name, exact: true }).click();
  const say = (reason: string) => dialog.getByLabel('Reason').fill(reason);
  const { id } = await aMacToRedistribute(house);
  await signIn(page, house);

  const rails = page.getByRole('region', { name: 'What may happen now' });
  await press('Pause', rails);
  await look('pause');
  await say('to look at the dialogs');
  await press('Pause', dialog);
  await press('Resume', rails);
  await look('resume');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await look('keys');

  await page.goto(`${house.url}/macs/demo/${id}`);
  await press('Redistribute');
  await say('to look at the dialogs');
  await press('Preview', dialog);
  await page.getByRole('region', { name: 'Preview' }).waitFor();
  await look('redistribute');
  await press('Redistribute now', dialog);
  await press('Cancel it');
  await look('cancel');
  await say('it was only looked at');
  await press('Cancel the redistribution', dialog);
  await dialog.waitFor({ state: 'hidden' });

  await page.goto(`${house.url}/macs?state=healthy`);
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('checkbox', { name: 'Choose all that match' }).check();
  await press('Redistribute');
  await say('to look at the dialogs');
  await press('Preview', dialog);
  await dialog.getByLabel(/^Type \d+ to confirm/u).waitFor();
  await look('many');

  const { id: many } = await askAs(house).redistribute({ state: 'healthy' }, 'to look at the dialogs');
  await page.goto(`${house.url}/redistributions/batches/${many}`);
  await press('Cancel it');
  await look('cancel many');
  await say('it was only looked at');
  await press('Cancel the request', dialog);
  await dialog.waitFor({ state: 'hidden' });

  await page.goto(`${house.url}/events?event=ComputerCheckIn`);
  await page
    .getByRole('button', { name: /^Show what was sent/u })
    .first()
    .click();
  await press('Replay');
  await look('replay');
  await page.keyboard.press('Escape');
  await press('Replay all that match');
  await say('to look at the dialogs');
  await press('Preview', dialog);
  await dialog.getByRole('region', { name: 'Preview' }).waitFor();
  await look('replay all');

  await page.goto(house.url);
  await press('Resume', rails);
  await say('they were looked at');
  await press('Resume', dialog);
  await rails.getByText('Not paused').waitFor();
});
