import { chromium } from 'playwright-core';
import { afterEach, expect, test, vi } from 'vitest';
import { findChromium } from '../../scripts/chromium.mjs';

afterEach(() => vi.unstubAllEnvs());

test('CHROMIUM_PATH takes precedence over any other browser', async () => {
  vi.stubEnv('CHROMIUM_PATH', process.execPath);
  expect((await findChromium()).executablePath).toBe(process.execPath);
});

test('a CHROMIUM_PATH that does not exist is an error that says how to fix it', async () => {
  vi.stubEnv('CHROMIUM_PATH', '/no/such/browser');
  await expect(findChromium()).rejects.toThrow(
    /CHROMIUM_PATH is set to \/no\/such\/browser, which does not exist. Install Chromium/u,
  );
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'without an installed browser, the Chromium package renders a page, and the environment of the process does not change',
  async () => {
    vi.stubEnv('CHROMIUM_PATH', '');
    vi.stubEnv('PATH', '/no/programs/here');
    const before = { ...process.env };
    const found = await findChromium();
    expect(process.env).toEqual(before);
    expect(found.env.LD_LIBRARY_PATH).toContain('lib');
    const browser = await chromium.launch(found);
    const page = await browser.newPage();
    await page.setContent('<h1>seen</h1>');
    expect(await page.getByRole('heading').textContent()).toBe('seen');
    await browser.close();
  },
);
