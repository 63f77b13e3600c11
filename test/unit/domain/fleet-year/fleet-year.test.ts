import { describe, expect, test } from 'vitest';
import { DEFAULT_CA_LIMIT } from '../../../../src/domain/capacity/bounds.js';
import { policyOf, scenarioOf, simulateOptions } from '../../../../src/cli/simulate/options.js';
import { drawYear } from '../../../../src/cli/simulate/picture.js';
import { allYears, type Year } from '../../../../src/cli/simulate/trials.js';
import { lifeOfRecert } from '../../../../src/simulation/compare.js';
import { DAY_MS, HOUR_MS, rollOut } from '../../../../src/simulation/scenario.js';

const scenario = scenarioOf(simulateOptions.parse({ computers: 1_000 }), null);
const defaults = policyOf({});

describe('a year of 1,000 Macs: roll-out in two weeks, two outages of Jamf Pro, 2 % failures, 5 % offline for a month', async () => {
  const years: Year[] = [];
  for await (const year of allYears(scenario, [{ name: 'Recert', policy: defaults }])) years.push(year);
  const [native, hourly, calendar, ours, one] = years;

  test('Recert with default settings renews every Mac that was online in time, with 1.02 certificates per renewal, within its limits', () => {
    expect(ours).toMatchObject({ policy: 'Recert', avoidable: 0 });
    expect(ours?.renewals).toBeGreaterThanOrEqual(1_000);
    expect(ours?.issuedPerRenewal).toBeLessThanOrEqual(1.02);
    expect(ours?.issuedPerRenewal).toBeGreaterThanOrEqual(1);
    expect(ours?.largestHour).toBeLessThanOrEqual(DEFAULT_CA_LIMIT);
    expect(ours?.rails?.breakerOpened).toBe(0);
  });

  test('the other methods show their known results on the same fleet', () => {
    expect(native?.avoidable).toBeGreaterThan(5);
    expect(native?.issuedPerRenewal).toBeLessThan(1.05);
    expect(hourly?.issuedPerRenewal).toBeGreaterThan(5);
    expect(calendar?.largestHour).toBeGreaterThan(100);
  });

  test('Recert with one profile loses fewer Macs than the setting of Jamf Pro alone, and issues hardly more certificates', () => {
    expect(one).toMatchObject({ policy: 'Recert, one profile' });
    expect(one?.avoidable).toBeLessThan(native?.avoidable ?? 0);
    expect(one?.asked).toBeGreaterThan(0);
    expect(one?.issuedPerRenewal).toBeLessThan(1.05);
  });

  test('both charts have a line for each method', () => {
    const picture = drawYear(years, 'A year');
    expect(picture.match(/<polyline /g)).toHaveLength(10);
    for (const { policy } of years) expect(picture).toContain(policy);
    expect(picture).not.toContain('NaN');
  });
});

test('the same seed gives the same year, and another seed another year', async () => {
  const small = (seed: number) => scenarioOf(simulateOptions.parse({ computers: 60, seed }), null);
  const live = (seed: number) => lifeOfRecert(small(seed), { name: 'r', policy: defaults });
  expect(await live(3)).toEqual(await live(3));
  expect(await live(3)).not.toEqual(await live(4));
});

test('no limit is exceeded and no Mac gets certificates in a loop, whatever fails', async () => {
  for (let seed = 1; seed <= 6; seed += 1) {
    const policy = policyOf({ hourlyCap: seed, inFlight: 3 * seed });
    const hard = {
      ...scenarioOf(simulateOptions.parse({ computers: 80, seed, failing: 0.3, away: 0.3 }), null),
      expiring: rollOut(80, { afterDays: 20, inDays: 2 }),
      jamfOutages: [{ afterMs: 15 * DAY_MS, forMs: 30 * HOUR_MS }],
      days: 120,
    };
    const year = await lifeOfRecert(hard, { name: 'r', policy });
    expect(year.rails.triggersInAnHour, `seed ${seed}`).toBeLessThanOrEqual(seed);
    expect(year.largestHour, `seed ${seed}`).toBeLessThanOrEqual(seed);
    expect(year.rails.inFlight, `seed ${seed}`).toBeLessThanOrEqual(3 * seed);
    expect(year.issuedPerRenewal, `seed ${seed}`).toBeLessThan(1.6);
    expect(year.issued).toBeLessThanOrEqual(year.requests);
  }
});

test('no hour at the CA exceeds the rate limit while all redistributions wait for it', async () => {
  const year = await lifeOfRecert(
    { ...scenario, days: 110 },
    { name: 'r', policy: policyOf({ hourlyCap: 4, inFlight: 1_000 }) },
  );
  expect(year.rails.triggersInAnHour).toBe(4);
  expect(year.largestHour).toBe(4);
});

test('certificates expire when the capacity is far too small, and the result says so', async () => {
  const year = await lifeOfRecert(
    { ...scenario, days: 130 },
    { name: 'r', policy: policyOf({ hourlyCap: 1, inFlight: 4 }) },
  );
  expect(year.avoidable).toBeGreaterThan(100);
  expect(year.macDaysWithout).toBeGreaterThan(100);
});
