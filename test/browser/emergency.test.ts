import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { hashPassword } from '../../src/config/values/password-hash.js';
import { CLIENT_SECRET, startProvider, type TestProvider } from '../integration/api/identity.js';
import { collectTrouble, seriousFindings, startBrowser } from './support/browser.js';
import { type Installation, startInstallation } from './support/installation.js';
import { apiClient, becomesVisible, until } from './support/operator.js';

const PASSWORD = 'correct horse battery staple';
const RECERT = 'http://recert.test';

let provider: TestProvider;
let installation: Installation;
let browser: Browser;
let page: Page;
let trouble: string[];

beforeAll(async () => {
  provider = await startProvider(RECERT, { olga: ['recert-operators'] });
  const roles = { operator: ['recert-operators'] };
  const oidc = { issuer: provider.issuer, clientId: 'recert', clientSecret: CLIENT_SECRET, roles };
  const breakGlass = { hash: await hashPassword(PASSWORD), role: 'operator' };
  [installation, browser] = await Promise.all([
    startInstallation({
      computers: 20,
      due: 2,
      // The rate limit is one certificate per hour: the second Mac has to wait.
      policy: { hourlyCap: 1, canary: [] },
      signIn: { oidc, breakGlass },
      http: { publicUrl: RECERT },
    }),
    startBrowser(),
  ]);
});
afterAll(async () => {
  await browser.close();
  await installation.close();
  await provider.stop();
});
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(15_000);
  trouble = collectTrouble(page);
});
afterEach(() => {
  if (trouble.length > 0) throw new Error(`The page had trouble:\n${trouble.join('\n')}`);
});

const navigate = (name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();

/** A Mac that waits because the rate limit is reached. */
function aMacAtTheRateLimit() {
  return until(async () => {
    for (const { id, realName } of await apiClient(installation).macs()) {
      const [open] = await apiClient(installation).redistributions(id);
      if (open?.blocked?.reason === 'hourly-cap' && realName !== '') return apiClient(installation).mac(id);
    }
    return null;
  });
}

test('on-call, with Okta down: signs in with emergency access, finds a Mac by its user, sees why it waits, renews it, and the audit log has it', async () => {
  const mac = await aMacAtTheRateLimit();
  const before = mac.assessments[0]?.certificate?.serialNumber ?? '';

  // First with the provider up, so that Recert has its metadata.
  await page.goto(installation.url);
  await page.getByRole('link', { name: 'Sign in with Okta' }).click();
  await page.waitForURL((url) => url.origin === provider.issuer);
  // The page of the provider loads an external font: ignore its messages.
  trouble.length = 0;
  await provider.stop();
  await page.goto(`${installation.url}/macs`);
  await page.getByRole('link', { name: 'Sign in with Okta' }).click();
  await page.getByRole('alert').getByText('Okta cannot be reached').waitFor();
  await page.getByRole('button', { name: 'Use emergency access' }).click();
  await page.getByLabel('Your name').fill('Anna');
  await page.getByLabel('Emergency access password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Use emergency access' }).click();

  await page.getByRole('heading', { level: 1, name: 'Macs' }).waitFor();
  await page.evaluate('globalThis.sameDocument = true');
  await page.getByRole('searchbox', { name: 'Find a Mac' }).fill(mac.realName);
  await page.getByRole('row').filter({ hasText: mac.serialNumber }).getByRole('link').click();

  const story = page.getByRole('region', { name: 'Redistribution (okta)' });
  await story.getByText('Blocked').first().waitFor();
  await story
    .getByText(/^Blocked: rate limit reached: \d+ of 1 certificates requested in the last hour/u)
    .waitFor();

  const reason = 'INC-4711: the VPN refuses the certificate of a surgeon';
  await page.getByRole('button', { name: 'Redistribute' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('override the rate limit to send it now').waitFor();
  expect(await dialog.getByRole('button', { name: 'Redistribute now' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Ignore the rate limit').check();
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('replacing the renewal that is already waiting').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Redistribute now' }).click();
  await dialog.waitFor({ state: 'hidden' });

  await story.getByText(`Anna (break-glass): ${reason}`, { exact: true }).waitFor();
  const proof = story.getByRole('group', { name: 'Verification' });
  await proof.getByText(before, { exact: true }).waitFor();
  const [done] = await apiClient(installation).redistributions(mac.id);
  expect(done?.state).toBe('verified');
  const after = done?.proof?.serialNumber ?? '';
  expect(after).not.toBe(before);
  await proof.getByText(after, { exact: true }).waitFor();
  await story.getByText('Verified').first().waitFor();

  await navigate('Audit log');
  const entry = page.getByRole('row').filter({ hasText: reason });
  await entry.getByText('Anna (break-glass)').waitFor();
  expect(await entry.textContent()).toContain(mac.serialNumber);
  const glass = page.getByRole('row').filter({ hasText: 'Sign in' });
  expect(await becomesVisible(glass.getByText('Anna (break-glass)'))).toBe(true);
  expect(await page.evaluate('globalThis.sameDocument')).toBe(true);
});
