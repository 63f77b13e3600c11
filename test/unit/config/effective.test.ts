import { expect, test } from 'vitest';
import { effectiveSettings } from '../../../src/config/effective.js';
import { parseConfig } from '../../../src/config/load.js';
import { profileSchema } from '../../../src/config/sections/profile.js';
import { asWritten } from '../../../src/config/summary.js';

const CANARY = 'a-secret-nobody-may-see';
const config = parseConfig(
  `
redis: { url: 'redis://:${CANARY}@127.0.0.1:6379' }
instances:
  prod:
    url: https://jamf.example.com
    auth: { clientId: recert, clientSecret: ${CANARY} }
    webhooks: { authentication: { type: header, headers: { X-Api-Key: ${CANARY} } } }
    profiles:
      okta: { window: 20d, overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 } }
`,
  { source: 'test.yaml', environment: {} },
);
const all = effectiveSettings(config);
const setting = (path: string) => all.find((one) => one.path === path);

test('no secret is shown, and every secret is listed', () => {
  expect(JSON.stringify(all)).not.toContain(CANARY);
  expect(setting('instances.prod.auth.clientSecret')?.value).toBe('[hidden]');
});

test('configured and default values are shown with their descriptions', () => {
  expect(setting('instances.prod.profiles.okta.window')).toMatchObject({ value: '20d', isDefault: false });
  const attempts = setting('instances.prod.profiles.okta.attempts');
  expect(attempts?.isDefault).toBe(true);
  expect(attempts?.description).not.toBe('');
});

test('durations are written as in the file', () => {
  expect(setting('instances.prod.profiles.okta.waits.hold')?.value).toMatch(/^\d+[a-z]+$/u);
});

test('every setting is described, except entries of lists and maps', () => {
  const bare = all.filter(({ description }) => description === '').map(({ path }) => path);
  expect(bare).toEqual([
    'tokens',
    'instances.prod.webhooks.authentication.headers.X-Api-Key',
    'instances.prod.profiles.okta.maintenance',
  ]);
});

test('a watched profile is parsed to the same values again, including shares and cycle', () => {
  const profile = profileSchema.parse({
    window: '25%',
    subject: 'Okta .*',
    overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 },
    mechanisms: ['cycle'],
    cycle: { exclude: 33, left: '3d', seen: '5m' },
  });
  const written = asWritten(profile);
  expect(written).toMatchObject({ window: '25%', cycle: { left: '3d', seen: '5m', lease: '30m' } });
  expect(profileSchema.parse(written)).toEqual(profile);
});
