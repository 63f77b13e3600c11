import { setTimeout as wait } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import type { z } from 'zod';
import { computerDetail, computerPage } from '../../../src/contract/resources/computer.js';
import { overview } from '../../../src/contract/resources/overview.js';
import type { macFilter } from '../../../src/contract/resources/redistribution.js';
import { redistributeAnswer, redistributionPage } from '../../../src/contract/resources/redistribution.js';
import type { Installation } from './installation.js';

/** API client of the tests, with a bearer token: to prepare data and to compare with the page. */
export function apiClient(installation: Installation, token = installation.tokens.operator) {
  async function request<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    body?: unknown,
  ): Promise<z.output<Schema>> {
    const response = await fetch(`${installation.url}/api/v1${path}`, {
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return schema.parse(await response.json());
  }
  return {
    overview: () => request('/overview', overview),
    macs: async () => (await request('/computers?limit=200', computerPage)).computers,
    mac: (id: string) => request(`/computers/${id}?instance=demo`, computerDetail),
    redistributions: async (computerId: string) =>
      (await request(`/redistributions?computerId=${computerId}`, redistributionPage)).redistributions,
    /** Redistributes to all Macs that match the filter, which always creates a batch. */
    redistribute: async (filter: z.input<typeof macFilter>, reason: string) => {
      const { batch } = await request('/redistributions', redistributeAnswer, { filter, reason });
      if (batch === null) throw new Error('The request did not create a batch.');
      return batch;
    },
  };
}

/** Longer than `waits.online` of the test configuration: a Mac silent for this long counts as offline. */
const OFFLINE_MS = 20_000;

/** Polls until `look` returns a value. The time limit of the test ends it. */
export async function until<T>(look: () => Promise<T | null | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await wait(100);
  }
}

/** Signs in through the sign-in page. */
export async function signIn(
  page: Page,
  installation: Installation,
  token = installation.tokens.operator,
): Promise<void> {
  await page.goto(installation.url);
  await page.getByLabel('API token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: /healthy/iu }).waitFor();
}

/** A healthy Mac that can be redistributed now, online or (`away`) offline. */
export async function findMacToRedistribute(
  installation: Installation,
  { offline = false } = {},
): Promise<z.output<typeof computerDetail>> {
  const api = apiClient(installation);
  return until(async () => {
    const macs = await api.macs();
    for (const { id, states, lastContactAt, realName } of macs) {
      const silentMs = Date.now() - (lastContactAt ?? 0);
      const asWanted = offline ? silentMs > OFFLINE_MS : silentMs < 3_000;
      const hasUniqueName = macs.filter((other) => other.realName === realName).length === 1;
      if (states[0]?.state !== 'healthy' || !asWanted || !hasUniqueName || realName === '') continue;
      const mac = await api.mac(id);
      if (mac.last.length === 0 && mac.redistribute.every(({ allowed }) => allowed)) return mac;
    }
    return null;
  });
}

/** Waits until the element is visible. The error of a failure names the locator. */
export async function becomesVisible(locator: Locator, timeout?: number): Promise<true> {
  await locator.waitFor(timeout === undefined ? {} : { timeout });
  return true;
}
