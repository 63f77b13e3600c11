import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { collectTrouble, seriousFindings, startBrowser } from './support/browser.js';
import { type House, openHouse } from './support/house.js';
import { aMacToRedistribute, askAs, sees, signIn, until } from './support/on-call.js';

let house: House;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let trouble: string[];

beforeAll(async () => {
  [house, browser] = await Promise.all([openHouse(), startBrowser()]);
  // The fleet is read, and what was due has been renewed: from here on the tests know what to expect.
  await until(async () => {
    const { instances } = await askAs(house).overview();
    return (instances[0]?.redistributions.verified ?? 0) >= 6;
  });
});
afterAll(async () => {
  await browser.close();
  await house.close();
});
beforeEach(async () => {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  trouble = collectTrouble(page);
});
afterEach(async () => {
  await context.close();
  if (trouble.length > 0) throw new Error(`The page had trouble:\n${trouble.join('\n')}`);
});

const focused = () => page.locator(':focus').textContent();
const navigate = (name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();

describe('signing in', () => {
  test('a token that is not known is refused with a sentence that helps', async () => {
    await page.goto(house.url);
    await page.getByLabel('API token').fill('recert_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    expect(await sees(page.getByText('This token is not known here'))).toBe(true);
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
    await story.getByRole('list', { name: 'Timeline' }).getByText('Verified').waitFor({ timeout: 60_000 });
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
    await last.getByRole('list', { name: 'Timeline' }).getByText('Cancelled').waitFor();
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
  page.on('requestfinished', (request) => {
    if (request.resourceType() === 'script')
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await signIn(page, house);
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(300_000);
  expect([...hosts]).toEqual([new URL(house.url).host]);
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  const pages = async () => {
    const [redistribution] = await until(async () => {
      const macs = await askAs(house).macs();
      for (const { id } of macs) {
        const found = await askAs(house).redistributions(id);
        if (found.length > 0) return found;
      }
      return null;
    });
    const { id } = await aMacToRedistribute(house);
    return [
      {
        path: '/',
        shown: page.getByRole('region', { name: 'Latest redistributions' }).getByRole('row').nth(1),
      },
      { path: '/macs', shown: page.getByRole('row').nth(1) },
      { path: '/macs?state=expired&text=zzz', shown: page.getByText('No Mac matches') },
      { path: `/macs/demo/${id}`, shown: page.getByRole('button', { name: 'Redistribute' }) },
      {
        path: `/macs/demo/${redistribution?.computer.id}`,
        shown: page.getByRole('list', { name: 'Timeline' }),
      },
      { path: '/macs/demo/999999', shown: page.getByText('No Mac with id 999999') },
      { path: '/redistributions', shown: page.getByRole('row').nth(1) },
      { path: `/redistributions/${redistribution?.id}`, shown: page.getByRole('list', { name: 'Timeline' }) },
      { path: '/failures', shown: page.getByText('Nothing has failed') },
      { path: '/profiles', shown: page.getByText('The audit finds nothing') },
      { path: '/events', shown: page.getByRole('row').nth(1) },
      { path: '/audit', shown: page.getByRole('row').nth(1) },
      { path: '/settings', shown: page.getByText('window', { exact: true }) },
      { path: '/no-such-page', shown: page.getByText('There is no such page') },
    ];
  };

  test('axe finds nothing serious on any page', async () => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(house.url);
    await page.getByLabel('API token').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await signIn(page, house, house.tokens.admin);
    for (const { path, shown } of await pages()) {
      await page.goto(house.url + path);
      await shown.waitFor();
      expect(await seriousFindings(page), path).toEqual([]);
    }
  });

  test('nor in the dialog', async () => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const { id } = await aMacToRedistribute(house);
    await signIn(page, house);
    await page.goto(`${house.url}/macs/demo/${id}`);
    await page.getByRole('button', { name: 'Redistribute' }).click();
    await page.getByLabel('Reason').fill('to look at the dialog');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('region', { name: 'Preview' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test('no page is wider than a phone', async () => {
    await page.emulateMedia({ colorScheme });
    await signIn(page, house, house.tokens.admin);
    await page.setViewportSize({ width: 390, height: 844 });
    for (const { path, shown } of await pages()) {
      await page.goto(house.url + path);
      await shown.waitFor();
      expect(await page.evaluate<number>('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(
        390,
      );
    }
  });
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
