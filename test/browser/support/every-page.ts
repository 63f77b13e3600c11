import type { Locator, Page } from 'playwright-core';
import type { House } from './house.js';
import { aMacToRedistribute, askAs, until } from './on-call.js';

/** Where to go, and what is there once the page is all there. */
export interface Visit {
  path: string;
  shown: Locator;
}

/** Every page of the console, with something on it, and empty where that looks different; by the names of `console/src/pages.tsx`. */
export async function everyPage(
  page: Page,
  house: House,
): Promise<Readonly<Record<string, readonly Visit[]>>> {
  const redistribution = await until(async () => {
    for (const { id } of await askAs(house).macs()) {
      const [found] = await askAs(house).redistributions(id);
      if (found) return found;
    }
    return null;
  });
  const { serialNumber } = await aMacToRedistribute(house);
  const batch = await askAs(house).redistribute({ text: serialNumber }, 'to have a request to look at');
  const { id } = await aMacToRedistribute(house);
  const row = page.getByRole('row').nth(1);
  return {
    Overview: [
      {
        path: '/',
        shown: page.getByRole('region', { name: 'Latest redistributions' }).getByRole('row').nth(1),
      },
    ],
    Macs: [
      { path: '/macs', shown: row },
      { path: '/macs?state=expired&text=zzz', shown: page.getByText('No Mac matches') },
    ],
    Mac: [
      { path: `/macs/demo/${id}`, shown: page.getByRole('button', { name: 'Redistribute' }) },
      {
        path: `/macs/demo/${redistribution.computer.id}`,
        shown: page.getByRole('link', { name: 'Every step with its evidence' }),
      },
      { path: '/macs/demo/999999', shown: page.getByText('No Mac with ID 999999') },
    ],
    Redistributions: [
      { path: '/redistributions', shown: row },
      { path: '/redistributions?state=retry', shown: page.getByText('None is in this state') },
    ],
    Redistribution: [
      { path: `/redistributions/${redistribution.id}`, shown: page.getByRole('list', { name: 'Timeline' }) },
    ],
    Batch: [
      {
        path: `/redistributions/batches/${batch.id}`,
        shown: page.getByRole('region', { name: 'Its redistributions' }).getByRole('row').nth(1),
      },
      { path: '/redistributions/batches/nobody', shown: page.getByText('Batch nobody not found') },
    ],
    Failures: [{ path: '/failures', shown: page.getByText('Nothing has failed') }],
    Profiles: [{ path: '/profiles', shown: page.getByText('The audit finds nothing') }],
    Events: [{ path: '/events', shown: row }],
    Audit: [
      { path: '/audit', shown: row },
      { path: '/audit?text=nobody-said-this', shown: page.getByText('No entry matches') },
    ],
    Settings: [{ path: '/settings', shown: page.getByText('window', { exact: true }) }],
    NoSuchPage: [{ path: '/no-such-page', shown: page.getByText('There is no such page') }],
  };
}
