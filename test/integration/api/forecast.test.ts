import { afterEach, beforeEach, expect, test } from 'vitest';
import { forecastAnswer } from '../../../src/contract/resources/forecast.js';
import { recert } from '../../support/cli.js';
import { ask, DAY_MS, mac, startApi, type TestApi, TOKENS } from './support.js';

let api: TestApi;
beforeEach(async () => {
  api = await startApi({ fleet: false });
});
afterEach(() => api.close());

async function forecast(query = '') {
  const { status, body } = await ask(api, 'GET', `/api/v1/forecast${query}`, { token: TOKENS.viewer });
  expect(status).toBe(200);
  return forecastAnswer.parse(body);
}

/** More than one page of the index. Half of the Macs report inventory about every day. */
async function saveFleet(count: number): Promise<void> {
  const macs = Array.from({ length: count }, (_, index) =>
    mac(String(index + 1), 60 + index / count, api.now(), { reportedAt: api.now() - DAY_MS / 2 }),
  );
  for (let from = 0; from < count; from += 200) await api.save(...macs.slice(from, from + 200));
}

test('the forecast reads the whole fleet page by page, and says when the limits are not sufficient and which would be', async () => {
  await saveFleet(1_200);
  const fine = await forecast();
  expect(fine.computers).toEqual({ counted: 1_200, expired: 0, unknown: 0, complete: true });
  expect(fine.settings.proofMs).toBe(DAY_MS / 2);
  expect(fine).toMatchObject({ shortAt: null, whatIf: false, advice: null });
  expect(fine.days.reduce((sum, day) => sum + day.expiring, 0)).toBe(1_200);
  expect(fine.days.reduce((sum, day) => sum + day.planned, 0)).toBeGreaterThanOrEqual(1_200);

  const tight = await forecast('?hourlyCap=1&inFlight=1000');
  expect(tight.whatIf).toBe(true);
  expect(tight.shortAt).toBeGreaterThan(api.now());
  expect(tight.sentence).toMatch(/^Capacity is insufficient from .* To fix: hourlyCap \d+ with inFlight \d+/);
});

test('Macs that cannot be assessed are counted separately, and Macs out of scope are not counted', async () => {
  await api.save(
    mac('1', 100, api.now()),
    mac('2', 100, api.now(), { reportedAt: api.now() - 40 * DAY_MS }),
    mac('3', 100, api.now(), { groupIds: [] }),
  );
  expect((await forecast()).computers).toMatchObject({ counted: 1, unknown: 1 });
});

test('the forecast names the Macs whose renewal must fail because of their subject, with the mechanism and the profile', async () => {
  await api.save(mac('1', 100, api.now(), { name: 'x'.repeat(40) }), mac('2', 100, api.now()));
  const green = await api.stores.profiles.get('prod', '13');
  if (green === null) throw new Error('green is not stored');
  await api.stores.profiles.save('prod', {
    ...green,
    subject: [['CN', '$COMPUTERNAME $PROFILE_IDENTIFIER']],
  });
  const { tooLong, sentence } = await forecast();
  expect(tooLong).toEqual([
    {
      mechanism: 'overlap',
      profileId: '13',
      half: 'green',
      computers: 1,
      longest: 77,
      most: 64,
      listed: [{ id: '1', name: 'x'.repeat(40), serialNumber: 'SERIAL1' }],
    },
  ]);
  expect(sentence).toContain('The renewal of 1 Mac must fail: with the mechanism overlap');
});

test('an invalid window and a profile that is not watched are refused', async () => {
  const answers = await Promise.all(
    ['?window=soon', '?hourlyCap=0', '?profile=vpn'].map((query) =>
      ask(api, 'GET', `/api/v1/forecast${query}`, { token: TOKENS.viewer }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 404]);
});

test('recert forecast prints the weeks with renewals, and exits with 1 when the limits are not sufficient', async () => {
  await saveFleet(400);
  const say = (...words: string[]) =>
    recert(['forecast', ...words, '--url', api.url, '--token', TOKENS.viewer], { now: api.now });
  const fine = await say();
  expect(fine.code).toBe(0);
  expect(fine.out).toContain('Capacity is sufficient');
  expect(fine.out).toMatch(/FROM +EXPIRING +DUE +PLANNED +WAITING +OVERDUE +EXPIRED BEFORE RENEWAL/);
  const tight = await say('--in-flight', '1', '--json');
  expect(tight.code).toBe(1);
  expect(forecastAnswer.parse(JSON.parse(tight.out)).capacity.boundBy).toBe('in-flight-cap');
});
