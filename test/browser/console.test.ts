import type { BrowserContext, Page, Request } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { overview } from '../../src/contract/resources/overview.js';
import type { Installation } from './support/installation.js';
import { findMacToRedistribute, apiClient, becomesVisible, signIn, until } from './support/operator.js';
import { useBrowser } from './support/use-browser.js';

let installation: Installation;
let context: BrowserContext;
let page: Page;

useBrowser(
  {},
  {
    prepare: async (opened) => {
      installation = opened;
      // Wait until the due certificates are renewed, so that the fleet does not change during the tests.
      await until(async () => {
        const { instances } = await apiClient(installation).overview();
        return (instances[0]?.redistributions.verified ?? 0) >= 6;
      });
    },
    beforeTest: (scene) => {
      ({ context, page } = scene);
    },
    contextOptions: { viewport: { width: 1280, height: 900 } },
  },
);

const focused = () => page.locator(':focus').textContent();
const navigate = (name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();

describe('signing in', () => {
  test('an unknown token is refused with a helpful message', async () => {
    await page.goto(installation.url);
    await page.getByLabel('API token').fill('recert_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await becomesVisible(page.getByText('Unknown token'))).toBe(true);
  });

  test('after sign-in and after a reload, the page of the followed link is shown', async () => {
    await page.goto(`${installation.url}/audit`);
    await page.getByLabel('API token').fill(installation.tokens.operator);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
    await page.reload();
    expect(await becomesVisible(page.getByRole('heading', { level: 1, name: 'Audit log' }))).toBe(true);
  });

  test('no script of the page can read the token', async () => {
    await signIn(page, installation);
    const readable = await page.evaluate<string>(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
    );
    expect(readable).not.toContain(installation.tokens.operator);
    expect(readable).not.toContain('recert_');
    const cookies = await context.cookies();
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
  });

  test('the sign-in page is shown after sign-out and after the session has ended', async () => {
    await signIn(page, installation);
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByLabel('API token').waitFor();
    await signIn(page, installation);
    await context.clearCookies();
    expect(await becomesVisible(page.getByLabel('API token'))).toBe(true);
  });

  test('the queue board requires sign-in and opens after it', async () => {
    await page.goto(`${installation.url}/queues`);
    await page.getByLabel('API token').fill(installation.tokens.viewer);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/queues/u);
    expect(await becomesVisible(page.getByText('redistribute').first())).toBe(true);
  });
});

describe('on-call', () => {
  test('sees the data of the API in the overview', async () => {
    await signIn(page, installation);
    const { healthy, instances } = await apiClient(installation).overview();
    const states = instances[0]?.profiles[0]?.states;
    await page.getByRole('heading', { level: 1, name: healthy ? 'Healthy' : 'Unhealthy' }).waitFor();
    const certificates = page.getByRole('region', { name: 'Certificates (okta)' });
    await certificates.getByRole('link', { name: `${states?.['out-of-scope']} Out of scope` }).waitFor();
    expect(
      await becomesVisible(page.getByRole('region', { name: 'System status' }).getByText('Last webhook')),
    ).toBe(true);
  });

  test('finds a Mac by its user, redistributes with a reason, sees it verified without a reload, and in the audit log', async () => {
    const mac = await findMacToRedistribute(installation);
    const before = mac.assessments[0]?.certificate?.serialNumber ?? '';
    const reason = `INC-4711: VPN refuses the certificate of ${mac.realName}`;
    await signIn(page, installation);
    await page.evaluate('globalThis.sameDocument = true');

    await navigate('Macs');
    await page.getByRole('searchbox', { name: 'Find a Mac' }).fill(mac.realName);
    await until(async () => (await page.getByRole('row').count()) === 2);
    await page.getByRole('row').filter({ hasText: mac.serialNumber }).getByRole('link').click();
    await page.getByText(before).waitFor();

    await page.getByRole('button', { name: 'Redistribute' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Preview' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText(`okta will be redistributed to ${mac.name}`).waitFor();
    expect(await apiClient(installation).redistributions(mac.id)).toEqual([]);
    await dialog.getByRole('button', { name: 'Redistribute now' }).click();
    await dialog.waitFor({ state: 'hidden' });

    const story = page.getByRole('region', { name: 'Redistribution (okta)' });
    await story.getByText(`anna: ${reason}`, { exact: true }).waitFor();
    await story.getByRole('group', { name: 'Verification' }).waitFor();
    const [done] = await apiClient(installation).redistributions(mac.id);
    const after = done?.proof?.serialNumber ?? '';
    expect(after).not.toBe(before);
    await story.getByRole('group', { name: 'Verification' }).getByText(after, { exact: true }).waitFor();
    await story.getByRole('group', { name: 'Verification' }).getByText(before, { exact: true }).waitFor();
    const steps = story.getByRole('list', { name: 'Progress' }).getByRole('listitem');
    expect(await steps.count()).toBe(6);
    await until(() => page.getByRole('button', { name: 'Redistribute' }).isDisabled());
    await page.getByText('already has a new certificate').first().waitFor();

    await navigate('Audit log');
    const entry = page.getByRole('row').filter({ hasText: reason });
    await entry.getByText('anna').waitFor();
    await entry.getByText('Done').waitFor();
    expect(await entry.textContent()).toContain(mac.serialNumber);
    expect(await page.evaluate('globalThis.sameDocument')).toBe(true);
  });

  test('closes the dialog after the preview, and nothing is changed', async () => {
    const mac = await findMacToRedistribute(installation);
    await signIn(page, installation);
    await page.goto(`${installation.url}/macs/demo/${mac.id}`);
    await page.getByRole('button', { name: 'Redistribute' }).click();
    await page.getByLabel('Reason').fill('only checking the preview');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('region', { name: 'Preview' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await apiClient(installation).redistributions(mac.id)).toEqual([]);
  });

  test('sees why an offline Mac waits, and cancels', async () => {
    const mac = await findMacToRedistribute(installation, { offline: true });
    await signIn(page, installation);
    await page.goto(`${installation.url}/macs/demo/${mac.id}`);
    await page.getByRole('button', { name: 'Redistribute' }).click();
    await page.getByLabel('Reason').fill('INC-4712: asked for by the owner');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('the Mac is offline, so the redistribution starts at its next check-in').waitFor();
    await page.getByRole('button', { name: 'Redistribute now' }).click();

    const story = page.getByRole('region', { name: 'Redistribution (okta)' });
    await story.getByText(/^Blocked: /u).waitFor();
    await story.getByRole('button', { name: 'Cancel redistribution' }).click();
    const reason = 'INC-4712: the owner is on leave';
    await page.getByLabel('Reason').fill(reason);
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel redistribution' }).click();
    const last = page.getByRole('region', { name: 'Last redistribution (okta)' });
    await last.getByText('Canceled', { exact: true }).waitFor();
    await until(
      async () => (await last.getByRole('button', { name: 'Cancel redistribution' }).count()) === 0,
    );

    await navigate('Audit log');
    expect(await becomesVisible(page.getByRole('row').filter({ hasText: reason }).getByText('Done'))).toBe(
      true,
    );
    expect((await apiClient(installation).redistributions(mac.id)).map(({ state }) => state)).toEqual([
      'cancelled',
    ]);
  });

  test('lists redistributions of one state, and the address stores the state', async () => {
    await signIn(page, installation);
    await navigate('Redistributions');
    await page.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Verified' }).click();
    await page.waitForURL(/state=verified/u);
    await until(async () => (await page.getByRole('row').count()) > 6);
    await page.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Needs attention' }).click();
    await page.getByText('No redistributions in this state').waitFor();
    await page.reload();
    expect(await becomesVisible(page.getByText('No redistributions in this state'))).toBe(true);
  });

  test('sees a message when no Mac matches', async () => {
    await signIn(page, installation);
    await navigate('Macs');
    await page.getByRole('searchbox').fill('no such name');
    expect(await becomesVisible(page.getByText('No Macs match'))).toBe(true);
  });
});

test('a viewer sees everything but cannot redistribute', async () => {
  const mac = await findMacToRedistribute(installation);
  await signIn(page, installation, installation.tokens.viewer);
  await page.goto(`${installation.url}/macs/demo/${mac.id}`);
  const button = page.getByRole('button', { name: 'Redistribute' });
  await button.waitFor();
  expect(await button.isDisabled()).toBe(true);
  await page.getByText('Your role is viewer').waitFor();
});

test('the keyboard is enough to redistribute', async () => {
  const mac = await findMacToRedistribute(installation);
  await signIn(page, installation);
  await page.goto(`${installation.url}/macs/demo/${mac.id}`);
  await page.getByRole('button', { name: 'Redistribute' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Skip to main content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Redistribute');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Reason' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.type('typed without a mouse');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await until(async () => (await focused()) === 'Redistribute');
});

test('the first load stays within its budget on the network, and no other host is contacted', async () => {
  const sizes: Promise<number>[] = [];
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  const weigh = (request: Request) => {
    if (request.resourceType() === 'script')
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  };
  page.on('requestfinished', weigh);
  await signIn(page, installation);
  // Scripts that load later are not part of the first load, and this test does not wait for their sizes.
  page.off('requestfinished', weigh);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(300_000);
  expect([...hosts]).toEqual([new URL(installation.url).host]);
});

test('keyboard shortcuts open every page and the Mac that was searched for', async () => {
  const mac = await findMacToRedistribute(installation);
  await signIn(page, installation);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Failures').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.keyboard.type('gf');
  await page.getByRole('heading', { level: 1, name: 'Failures' }).waitFor();
  await page.keyboard.press('/');
  await page.getByRole('searchbox', { name: 'Find a Mac' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.type(mac.serialNumber);
  await until(async () => (await page.getByRole('row').count()) === 2);
  await page.keyboard.press('Enter');
  expect(await becomesVisible(page.getByRole('heading', { level: 1, name: mac.name }))).toBe(true);
});

test('the choice between relative and exact times is kept', async () => {
  await signIn(page, installation);
  const webhook = page.getByRole('region', { name: 'System status' }).getByRole('time').first();
  await webhook.getByText(/ago|just now/u).waitFor();
  await page.getByRole('button', { name: /Switch to exact times/u }).click();
  await webhook.getByText(/\d:\d\d:\d\d/u).waitFor();
  await page.reload();
  await webhook.getByText(/\d:\d\d:\d\d/u).waitFor();
  await page.getByRole('button', { name: /Switch to relative times/u }).click();
  expect(await becomesVisible(webhook.getByText(/ago|just now/u))).toBe(true);
});

test('a finding links to the page that shows it', async () => {
  await page.route('**/api/v1/overview', async (route) => {
    const answer = overview.parse(await (await route.fetch()).json());
    const { computer } = { computer: { id: '7', serialNumber: 'C02SEVEN', name: 'MBA-7' } };
    const since = Date.now() - 12 * 60_000;
    const oldest = { computer, profile: 'okta', groupId: '33', since };
    const instances = answer.instances.map((one) => ({ ...one, leases: { count: 2, late: 1, oldest } }));
    const page = '/macs?state=expired&profile=okta';
    const finding = { severity: 'error', instance: 'demo', text: '3 Macs are expired.', page, command: null };
    await route.fulfill({ json: { ...answer, healthy: false, instances, findings: [finding] } });
  });
  await signIn(page, installation);
  const signs = page.getByRole('region', { name: 'System status' });
  await signs.getByText('12 minutes ago (2 in total); 1 cannot be restored').waitFor();
  expect(await signs.getByRole('link', { name: 'MBA-7' }).getAttribute('href')).toBe('/macs/demo/7');
  await page
    .getByRole('region', { name: 'Health', exact: true })
    .getByRole('link', { name: 'View Macs' })
    .click();
  await page.waitForURL(/macs\?state=expired/u);
  await page.unrouteAll({ behavior: 'wait' });
});

test('the choice of the theme is kept', async () => {
  await signIn(page, installation);
  const scheme = () => page.evaluate<string>('document.documentElement.dataset.mantineColorScheme');
  expect(await scheme()).toBe('light');
  const change = page.getByRole('button', { name: /^Theme: /u });
  await change.click();
  await change.click();
  expect(await scheme()).toBe('dark');
  await page.reload();
  await page.getByRole('heading', { level: 1, name: /healthy/iu }).waitFor();
  expect(await scheme()).toBe('dark');
});

test('when the receiver stops, the page keeps its data and shows that it is disconnected', async () => {
  await signIn(page, installation);
  await navigate('Macs');
  await page.getByRole('row').nth(1).waitFor();
  await installation.stopReceiver();
  await page.getByRole('status').getByText('Disconnected').waitFor();
  await page.getByRole('row').nth(1).waitFor();
  await navigate('Overview');
  await page.getByRole('heading', { level: 1, name: /healthy/iu }).waitFor();
  await navigate('Audit log');
  expect(await becomesVisible(page.getByRole('alert').getByText('Recert is not responding'), 30_000)).toBe(
    true,
  );
});
