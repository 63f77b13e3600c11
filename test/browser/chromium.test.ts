import { chromium } from 'playwright-core';
import { afterEach, expect, test, vi } from 'vitest';
import { findChromium } from '../../scripts/chromium.mjs';

afterEach(() => vi.unstubAllEnvs());

test('the browser that CHROMIUM_PATH names is taken before any other', async () => {
  vi.stubEnv('CHROMIUM_PATH', process.execPath);
  expect((await findChromium()).executablePath).toBe(process.execPath);
});

test('a CHROMIUM_PATH that leads nowhere is told, with what to do', async () => {
  vi.stubEnv('CHROMIUM_PATH', '/no/such/browser');
  await expect(findChromium()).rejects.toThrow(
    /CHROMIUM_PATH is set to \/no\/such\/browser, which does not exist. Install Chromium/u,
  );
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'on a machine without a browser the one among the packages shows a page, and our own environment is left alone',
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
