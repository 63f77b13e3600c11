import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startNode } from '../harness/child.mjs';
import { findChromium } from './chromium.mjs';
import { orExplain, ROOT, setUp } from './setup.mjs';

const FOLDER = join(ROOT, 'docs', 'pictures');
/** Output of the demo while it is in progress. The page then shows Macs in different states. */
const IN_THE_MIDDLE = /^\s*(?:[5-9]|1\d) of 24 due/m;
/** Time limit for the demo, milliseconds. It is longer than the demo takes. */
const PATIENCE_MS = 600_000;

/** `npm run pictures`: takes the screenshots for README and docs from a running demo. */
async function takePictures() {
  setUp({ build: true });
  const demo = startNode(['scripts/demo.mjs', '--port', '0']);
  const until = (/** @type {RegExp} */ pattern) => demo.until(pattern, PATIENCE_MS);
  const browser = await chromium.launch(await findChromium());
  try {
    const address = await until(/^Console\s+(\S+)/m);
    const token = await until(/^Token\s+(\S+)/m);
    const simulator = await until(/^Jamf Pro\s+(\S+)/m);
    mkdirSync(FOLDER, { recursive: true });
    const picture = (/** @type {string} */ name) => ({ path: join(FOLDER, `${name}.png`) });
    const page = await browser.newPage({
      viewport: { width: 1280, height: 1100 },
      colorScheme: 'light',
      reducedMotion: 'reduce',
    });
    await page.goto(address);
    await page.getByLabel(/token/i).fill(token);
    await page.getByRole('button', { name: /sign in/i }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await until(IN_THE_MIDDLE);
    await page.reload();
    await page.getByRole('img', { name: /planned renewals/ }).waitFor();
    await page.getByRole('row').nth(1).waitFor();
    await page.screenshot(picture('overview'));
    await until(/^(Verified): 24 of 24/m);
    await page.goto(`${address}/redistributions?state=verified`);
    await page.getByRole('row').nth(1).getByRole('link').first().click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('list', { name: 'Timeline' }).waitFor();
    await page.screenshot({ ...picture('proof'), fullPage: true });

    await page.setViewportSize({ width: 1280, height: 860 });
    await page.goto(`${address}/macs?state=healthy`);
    await page.getByRole('checkbox', { name: 'Select all matching Macs' }).check();
    await page
      .getByRole('region', { name: 'Selected Macs' })
      .getByRole('button', { name: 'Redistribute' })
      .click();
    await page.getByLabel('Reason').fill('CHG-2041: the CA of Okta rolls over');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page
      .getByRole('region', { name: 'Preview' })
      .getByText(/at a time; up to/)
      .waitFor();
    await page.screenshot(picture('many'));

    await failCertificateRequests(simulator);
    await page.goto(`${address}/failures`);
    await page.getByRole('region', { name: /InstallProfile failed on the Mac/ }).waitFor({ timeout: 90_000 });
    await page.screenshot(picture('failures'));
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.goto(address);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('img', { name: /planned renewals/ }).waitFor();
    await page.screenshot(picture('night'));
  } finally {
    await browser.close();
    await demo.end('SIGTERM');
  }
}

/**
 * Makes the simulated CA reject all requests, and makes some Macs due.
 * @param {string} simulator address of the simulated Jamf Pro
 */
async function failCertificateRequests(simulator) {
  const ask = async (
    /** @type {string} */ method,
    /** @type {string} */ path,
    /** @type {unknown} */ body,
  ) => {
    const answer = await fetch(`${simulator}/__simulator/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  await ask('PUT', 'faults', { ca: { failing: 1 } });
  for (const id of [30, 40, 50, 60, 70, 80])
    await ask('POST', 'actions', { action: 'shiftExpiry', id, by: '-300d' });
}

await orExplain(takePictures);
