import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { hashPassword } from '../../src/config/values/password-hash.js';
import { CLIENT_SECRET } from '../integration/api/identity.js';
import { collectTrouble, seriousFindings, startBrowser, WATCHDOG_MS } from './support/browser.js';
import { type Installation, startInstallation } from './support/installation.js';
import { becomesVisible } from './support/operator.js';

const PASSWORD = 'correct horse battery staple';

let installation: Installation;
let browser: Browser;
let page: Page;
let trouble: string[];

beforeAll(async () => {
  const oidc = {
    // No server listens on this port: the provider is down.
    issuer: 'http://127.0.0.1:9',
    clientId: 'recert',
    clientSecret: CLIENT_SECRET,
    roles: { operator: ['recert-operators'] },
  };
  const breakGlass = { hash: await hashPassword(PASSWORD), role: 'operator' };
  [installation, browser] = await Promise.all([
    startInstallation({ signIn: { oidc, breakGlass }, http: { publicUrl: 'http://recert.test' } }),
    startBrowser(),
  ]);
});
afterAll(async () => {
  await browser.close();
  await installation.close();
});
beforeEach(async () => {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  page = await context.newPage();
  page.setDefaultTimeout(WATCHDOG_MS);
  trouble = collectTrouble(page);
});
afterEach(async () => {
  await page.context().close();
  if (trouble.length > 0) throw new Error(`The page had trouble:\n${trouble.join('\n')}`);
});

const toProvider = () => page.getByRole('link', { name: 'Sign in with Okta' });

test('while the provider is down, on-call sees a message, signs in with emergency access, is in the audit log, and signs out', async () => {
  await page.goto(`${installation.url}/audit`);
  await toProvider().click();
  const refusal = page.getByRole('alert').filter({ hasText: 'Okta cannot be reached' });
  expect(await becomesVisible(refusal)).toBe(true);
  expect(new URL(page.url()).pathname).toBe('/audit');

  await page.getByRole('button', { name: 'Use emergency access' }).click();
  await page.getByLabel('Your name').fill('Anna');
  await page.getByLabel('Emergency access password').fill('not the password');
  await page.keyboard.press('Enter');
  expect(await becomesVisible(page.getByText('Wrong emergency access password'))).toBe(true);
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByLabel('Emergency access password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Use emergency access' }).click();

  await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
  const entry = page.getByRole('row').filter({ hasText: 'Anna (break-glass)' });
  expect(await becomesVisible(entry.getByText('Sign in'))).toBe(true);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  expect(await becomesVisible(toProvider())).toBe(true);
  expect(await page.context().cookies()).toEqual([]);
});

test('sign-in with a token leads to the requested queue board', async () => {
  await page.goto(`${installation.url}/queues`);
  await page.getByRole('button', { name: 'Use an API token' }).click();
  await page.getByLabel('API token').fill(installation.tokens.viewer);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL(/\/queues/u);
  expect(await becomesVisible(page.getByText('redistribute').first())).toBe(true);
});
