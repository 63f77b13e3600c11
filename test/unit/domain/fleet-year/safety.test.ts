import { describe, expect, test } from 'vitest';
import { policyOf, scenarioOf, simulateOptions } from '../../../../src/cli/simulate/options.js';
import { lifeOfRecert } from '../../../../src/simulation/compare.js';
import { oneProfileOf } from '../../../../src/simulation/recert/jamf-setting.js';
import { recert } from '../../../../src/simulation/recert/recert.js';
import { DAY_MS, HOUR_MS, rollOut, type Scenario } from '../../../../src/simulation/scenario.js';
import { liveThrough } from '../../../../src/simulation/world.js';

const defaults = policyOf({});

function fleet(computers: number, fields: Partial<Scenario> & { seed?: number } = {}): Scenario {
  const base = scenarioOf(simulateOptions.parse({ computers, away: 0, seed: fields.seed ?? 1 }), null);
  return { ...base, jamfOutages: [], ...fields };
}

describe('a fleet whose certificates expire from the first day', () => {
  test.each([
    { enrolled: 'within two weeks', inDays: 14 },
    { enrolled: 'over a year', inDays: 365 },
  ])('enrolled $enrolled: all Macs that come online in time are renewed', async ({ inDays }) => {
    const scenario = fleet(100, { days: 20, expiring: rollOut(100, { afterDays: 0, inDays }) });
    const { avoidable, expiries } = await lifeOfRecert(scenario, { name: 'r', policy: defaults });
    expect({ avoidable, hasExpiries: expiries > 0 }).toEqual({ avoidable: 0, hasExpiries: inDays === 14 });
  });
});

describe('canary', () => {
  test('certificates with time left wait for the first Mac, and a refused certificate stays the only request', async () => {
    const scenario = fleet(60, {
      days: 60,
      expiring: rollOut(60, { afterDays: 58, inDays: 1 }),
      inventoryEveryMs: 100 * DAY_MS,
      push: { lost: 0, slow: 0, slowMs: 0 },
      ca: { perMinute: 100, failing: 0, issuedAnyway: 0, outages: [] },
    });
    const { daily } = await lifeOfRecert(scenario, {
      name: 'r',
      policy: { ...defaults, stale: 200 * DAY_MS },
    });
    const first = daily.issued.findIndex((count) => count > 0);
    expect(daily.issued.slice(first, first + 2)).toEqual([1, expect.any(Number)]);
    expect(daily.issued[first + 1]).toBeLessThanOrEqual(5);
    expect(daily.issued.reduce((sum, count) => sum + count, 0)).toBe(60);
  });
});

describe('hold', () => {
  test('nothing is sent during the cool-down after Jamf Pro was down', async () => {
    const outage = { afterMs: 57 * DAY_MS, forMs: 8 * HOUR_MS };
    const scenario = fleet(60, {
      days: 70,
      jamfOutages: [outage],
      expiring: rollOut(60, { afterDays: 90, inDays: 14 }),
      push: { lost: 0, slow: 0, slowMs: 0 },
    });
    const issuedWith = async (hold: number) => {
      const policy = { ...defaults, waits: { ...defaults.waits, hold } };
      const { daily } = await lifeOfRecert(scenario, { name: 'r', policy });
      // A Mac that was asleep executes the command that was sent before the outage.
      return daily.issued.slice(60, 66).reduce((sum, count) => sum + count, 0);
    };
    expect(await issuedWith(10 * DAY_MS)).toBeLessThan((await issuedWith(defaults.waits.hold)) / 4);
  });
});

describe('unstick with one profile', () => {
  test('a failed installation is repeated automatically', async () => {
    const scenario = fleet(150, {
      days: 150,
      personMs: 1_000 * DAY_MS,
      ca: { perMinute: 100, failing: 0.2, issuedAnyway: 0, outages: [] },
    });
    const live = (mechanisms: readonly ('native' | 'unstick')[]) =>
      liveThrough(scenario, (world) => recert(world, { ...oneProfileOf(defaults), mechanisms }, 'r'));
    const watching = await live(['native']);
    const clearing = await live(['native', 'unstick']);
    expect(watching.avoidable).toBeGreaterThan(15);
    expect(clearing.avoidable).toBeLessThan(watching.avoidable / 10);
    expect(clearing.issuedPerRenewal).toBeLessThan(1.05);
  });
});
