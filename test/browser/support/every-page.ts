import type { Locator, Page } from 'playwright-core';
import type { Installation } from './installation.js';
import { findMacToRedistribute, apiClient, until } from './operator.js';

/** A path, and an element that is visible when the page is complete. */
export interface Visit {
  path: string;
  shown: Locator;
}

/** Every page of the console with content, and empty where that has a different look. Keys: the names in `console/src/pages.tsx`. */
export async function everyPage(
  page: Page,
  installation: Installation,
): Promise<Readonly<Record<string, readonly Visit[]>>> {
  const redistribution = await until(async () => {
    for (const { id } of await apiClient(installation).macs()) {
      const [found] = await apiClient(installation).redistributions(id);
      if (found) return found;
    }
    return null;
  });
  const { serialNumber } = await findMacToRedistribute(installation);
  const batch = await apiClient(installation).redistribute({ text: serialNumber }, 'to have a batch to show');
  const { id } = await findMacToRedistribute(installation);
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
      { path: '/macs?state=expired&text=zzz', shown: page.getByText('No Macs match') },
    ],
    Mac: [
      { path: `/macs/demo/${id}`, shown: page.getByRole('button', { name: 'Redistribute' }) },
      {
        path: `/macs/demo/${redistribution.computer.id}`,
        shown: page.getByRole('link', { name: 'View full timeline' }),
      },
      { path: '/macs/demo/999999', shown: page.getByText('Recert knows no Mac with the ID 999999') },
    ],
    Redistributions: [
      { path: '/redistributions', shown: row },
      { path: '/redistributions?state=retry', shown: page.getByText('No redistributions in this state') },
    ],
    Redistribution: [
      { path: `/redistributions/${redistribution.id}`, shown: page.getByRole('list', { name: 'Timeline' }) },
    ],
    Batch: [
      {
        path: `/redistributions/batches/${batch.id}`,
        shown: page.getByRole('region', { name: 'Redistributions in this batch' }).getByRole('row').nth(1),
      },
      {
        path: '/redistributions/batches/no-such-batch',
        shown: page.getByText('There is no batch with the ID no-such-batch'),
      },
    ],
    Failures: [{ path: '/failures', shown: page.getByText('No failures') }],
    Profiles: [{ path: '/profiles', shown: page.getByText('No issues found') }],
    Events: [{ path: '/events', shown: row }],
    Audit: [
      { path: '/audit', shown: row },
      { path: '/audit?text=no-such-entry', shown: page.getByText('No entries match') },
    ],
    Setup: [{ path: '/setup', shown: page.getByRole('heading', { name: 'Worker is running' }) }],
    Settings: [{ path: '/settings', shown: page.getByText('window', { exact: true }) }],
    NoSuchPage: [{ path: '/no-such-page', shown: page.getByText('Page not found') }],
  };
}
