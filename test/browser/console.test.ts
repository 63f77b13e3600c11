import type { BrowserContext, Page, Request } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { overview } from '../../src/contract/resources/overview.js';
import type { House } from './support/house.js';
import { aMacToRedistribute, askAs, sees, signIn, until } from './support/on-call.js';
import { onStage } from './support/stage.js';

let house: House;
let context: BrowserContext;
let page: Page;

onStage(
  {},
  {
    opened: async (opened) => {
      house = opened;
      // The fleet is read, and what was due has been renewed: from here on the tests know what to expect.
      await until(async () => {
        const { instances } = await askAs(house).overview();
        return (instances[0]?.redistributions.verified ?? 0) >= 6;
      });
    },
    begins: (scene) => {
      ({ context, page } = scene);
    },
    look: { viewport: { width: 1280, height: 900 } },
  },
);

const focused = () => page.locator(':focus').textContent();
const navigate = (name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();

describe('signing in', () => {
  test('a token that is not known is refused with a sentence that helps', async () => {
    await page.goto(house.url);
    await page.getByLabel('API token').fill('recert_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await sees(page.getByText('Unknown token'))).toBe(true);
  });

  test('whoever follows a link to a page is there after signing in, and after a reload', async () => {
    await page.goto(`${house.url}/audit`);
    await page.getByLabel('API token').fill(house.tokens.operator);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
    await page.reload();
    expect(await sees(page.getByRole('heading', { level: 1, name: 'Audit' }))).toBe(true);
  });

  test('the token is in no place that a script of the page could read', async () => {
    await signIn(page, house);
    const readable = await page.evaluate<string>(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
    );
    expect(readable).not.toContain(house.tokens.operator);
    expect(readable).not.toContain('recert_');
    const cookies = await context.cookies();
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
  });

  test('after signing out, and when the session has ended elsewhere, the page asks to sign in', async () => {
    await signIn(page, house);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API token').waitFor();
    await signIn(page, house);
    await context.clearCookies();
    expect(await sees(page.getByLabel('API token'))).toBe(true);
  });

  test('whoever opens the queue board signs in first and comes back to it', async () => {
    await page.goto(`${house.url}/queues`);
    await page.getByLabel('API token').fill(house.tokens.viewer);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/queues/u);
    expect(await sees(page.getByText('redistribute').first())).toBe(true);
  });
});

describe('on-call', () => {
  test('sees in the overview what the API says', async () => {
    await signIn(page, house);
    const { healthy, instances } = await askAs(house).overview();
    const states = instances[0]?.profiles[0]?.states;
    await page.getByRole('heading', { level: 1, name: healthy ? 'Healthy' : 'Not healthy' }).waitFor();
    const certificates = page.getByRole('region', { name: 'Certificates of okta' });
    await certificates.getByRole('link', { name: `${states?.['out-of-scope']} Out of scope` }).waitFor();
    expect(await sees(page.getByRole('region', { name: 'Signs of life' }).getByText('Last webhook'))).toBe(
      true,
    );
  });

  test('finds a Mac by its user, redistributes it with a reason, sees it verified without a reload, and in the audit', async () => {
    const mac = await aMacToRedistribute(house);
    const before = mac.assessments[0]?.certificate?.serialNumber ?? '';
    const reason = `INC-4711: VPN refuses the certificate of ${mac.realName}`;
    await signIn(page, house);
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
    await dialog.getByText(`okta is redistributed to ${mac.name}`).waitFor();
    expect(await askAs(house).redistributions(mac.id)).toEqual([]);
    await dialog.getByRole('button', { name: 'Redistribute now' }).click();
    await dialog.waitFor({ state: 'hidden' });

    const story = page.getByRole('region', { name: 'Redistribution of okta' });
    await story.getByText(`anna: ${reason}`, { exact: true }).waitFor();
    await story.getByRole('group', { name: 'Proof' }).waitFor({ timeout: 60_000 });
    const [done] = await askAs(house).redistributions(mac.id);
    const after = done?.proof?.serialNumber ?? '';
    expect(after).not.toBe(before);
    await story.getByRole('group', { name: 'Proof' }).getByText(after, { exact: true }).waitFor();
    await story.getByRole('group', { name: 'Proof' }).getByText(before, { exact: true }).waitFor();
    const steps = story.getByRole('list', { name: 'Progress' }).getByRole('listitem');
    expect(await steps.count()).toBe(6);
    await until(() => page.getByRole('button', { name: 'Redistribute' }).isDisabled());
    await page.getByText('keeps both profiles until').first().waitFor();

    await navigate('Audit');
    const entry = page.getByRole('row').filter({ hasText: reason });
    await entry.getByText('anna').waitFor();
    await entry.getByText('Done').waitFor();
    expect(await entry.textContent()).toContain(mac.serialNumber);
    expect(await page.evaluate('globalThis.sameDocument')).toBe(true);
  });

  test('changes the mind and nothing happens', async () => {
    const mac = await aMacToRedistribute(house);
    await signIn(page, house);
    await page.goto(`${house.url}/macs/demo/${mac.id}`);
    await page.getByRole('button', { name: 'Redistribute' }).click();
    await page.getByLabel('Reason').fill('only looking at what it would do');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('region', { name: 'Preview' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await askAs(house).redistributions(mac.id)).toEqual([]);
  });

  test('understands why a Mac that is away has to wait, and cancels', async () => {
    const mac = await aMacToRedistribute(house, { away: true });
    await signIn(page, house);
    await page.goto(`${house.url}/macs/demo/${mac.id}`);
    await page.getByRole('button', { name: 'Redistribute' }).click();
    await page.getByLabel('Reason').fill('INC-4712: asked for by the owner');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('it waits until the Mac is seen again').waitFor();
    await page.getByRole('button', { name: 'Redistribute now' }).click();

    const story = page.getByRole('region', { name: 'Redistribution of okta' });
    await story.getByText(/^Not now: /u).waitFor();
    await story.getByRole('button', { name: 'Cancel it' }).click();
    const reason = 'INC-4712: the owner is on leave';
    await page.getByLabel('Reason').fill(reason);
    await page.getByRole('button', { name: 'Cancel the redistribution' }).click();
    const last = page.getByRole('region', { name: 'Last redistribution of okta' });
    await last.getByText('Cancelled', { exact: true }).waitFor();
    expect(await last.getByRole('button', { name: 'Cancel it' }).count()).toBe(0);

    await navigate('Audit');
    expect(await sees(page.getByRole('row').filter({ hasText: reason }).getByText('Done'))).toBe(true);
    expect((await askAs(house).redistributions(mac.id)).map(({ attempts }) => attempts)).toEqual([0]);
  });

  test('lists redistributions of one state, and the address remembers which', async () => {
    await signIn(page, house);
    await navigate('Redistributions');
    await page.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Verified' }).click();
    await page.waitForURL(/state=verified/u);
    await until(async () => (await page.getByRole('row').count()) > 6);
    await page.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Needs a person' }).click();
    await page.getByText('None is in this state').waitFor();
    await page.reload();
    expect(await sees(page.getByText('None is in this state'))).toBe(true);
  });

  test('is told when no Mac matches', async () => {
    await signIn(page, house);
    await navigate('Macs');
    await page.getByRole('searchbox').fill('nobody has this name');
    expect(await sees(page.getByText('No Mac matches'))).toBe(true);
  });
});

test('a viewer sees everything and may not redistribute', async () => {
  const mac = await aMacToRedistribute(house);
  await signIn(page, house, house.tokens.viewer);
  await page.goto(`${house.url}/macs/demo/${mac.id}`);
  const button = page.getByRole('button', { name: 'Redistribute' });
  await button.waitFor();
  expect(await button.isDisabled()).toBe(true);
  await page.getByText('You are a viewer').waitFor();
});

test('the keyboard alone is enough', async () => {
  const mac = await aMacToRedistribute(house);
  await signIn(page, house);
  await page.goto(`${house.url}/macs/demo/${mac.id}`);
  await page.getByRole('button', { name: 'Redistribute' }).waitFor();
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('To the content');
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

test('the first load is below its budget as it goes over the wire, and nothing is fetched from elsewhere', async () => {
  const sizes: Promise<number>[] = [];
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  const weigh = (request: Request) => {
    if (request.resourceType() === 'script')
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  };
  page.on('requestfinished', weigh);
  await signIn(page, house);
  // What comes later is no first load, and nobody would wait for its size.
  page.off('requestfinished', weigh);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(300_000);
  expect([...hosts]).toEqual([new URL(house.url).host]);
});

test('keys lead to every page, and to the Mac that is looked for', async () => {
  const mac = await aMacToRedistribute(house);
  await signIn(page, house);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).getByText('Failures').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.keyboard.type('gf');
  await page.getByRole('heading', { level: 1, name: 'Failures' }).waitFor();
  await page.keyboard.press('/');
  await page.getByRole('searchbox', { name: 'Find a Mac' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.type(mac.serialNumber);
  await until(async () => (await page.getByRole('row').count()) === 2);
  await page.keyboard.press('Enter');
  expect(await sees(page.getByRole('heading', { level: 1, name: mac.name }))).toBe(true);
});

test('times are how long ago, or exact, as one likes, and stay so', async () => {
  await signIn(page, house);
  const webhook = page.getByRole('region', { name: 'Signs of life' }).getByRole('time').first();
  await webhook.getByText(/ago|just now/u).waitFor();
  await page.getByRole('button', { name: /Change to: exact times/u }).click();
  await webhook.getByText(/\d:\d\d:\d\d/u).waitFor();
  await page.reload();
  await webhook.getByText(/\d:\d\d:\d\d/u).waitFor();
  await page.getByRole('button', { name: /Change to: how long ago/u }).click();
  expect(await sees(webhook.getByText(/ago|just now/u))).toBe(true);
});

test('what is wrong leads to where it is shown', async () => {
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
  await signIn(page, house);
  const signs = page.getByRole('region', { name: 'Signs of life' });
  await signs.getByText('12 minutes ago (2 in all), cannot be taken back').waitFor();
  expect(await signs.getByRole('link', { name: 'MBA-7' }).getAttribute('href')).toBe('/macs/demo/7');
  await page.getByRole('region', { name: 'Is it healthy?' }).getByRole('link', { name: 'Show' }).click();
  await page.waitForURL(/macs\?state=expired/u);
  await page.unrouteAll({ behavior: 'wait' });
});

test('the colours are as chosen, and stay so', async () => {
  await signIn(page, house);
  const scheme = () => page.evaluate<string>('document.documentElement.dataset.mantineColorScheme');
  expect(await scheme()).toBe('light');
  const change = page.getByRole('button', { name: /colours/iu });
  await change.click();
  await change.click();
  expect(await scheme()).toBe('dark');
  await page.reload();
  await page.getByRole('heading', { level: 1, name: /healthy/iu }).waitFor();
  expect(await scheme()).toBe('dark');
});

test('when the receiver goes away, the page keeps what it shows and says so', async () => {
  await signIn(page, house);
  await navigate('Macs');
  await page.getByRole('row').nth(1).waitFor();
  await house.stopReceiver();
  await page.getByRole('status').getByText('No answer').waitFor({ timeout: 30_000 });
  await page.getByRole('row').nth(1).waitFor();
  await navigate('Overview');
  await page.getByRole('heading', { level: 1, name: /healthy/iu }).waitFor();
  await navigate('Audit');
  expect(await sees(page.getByRole('alert').getByText('Recert did not answer'), 30_000)).toBe(true);
});
