import { describe, expect, it } from 'vitest';
import { profileSchema } from '../../../../src/config/sections/profile.js';
import { assess } from '../../../../src/domain/assess.js';
import { DEFAULT_CA_LIMIT, dailyCapacity } from '../../../../src/domain/capacity/bounds.js';
import { chooseCapacity, type FleetNeed } from '../../../../src/domain/capacity/capacity.js';
import { isEarlier, leadOf, leadsFrom } from '../../../../src/domain/capacity/leads.js';
import { sized } from '../../../../src/domain/capacity/sized.js';
import { certificateOf, DAY, knownOf, START, watchedOf } from '../../../support/redistribution/fixtures.js';

const AUTO = { hourlyCap: 'auto' as const, inFlight: 'auto' as const, caLimit: DEFAULT_CA_LIMIT };

/** A fleet whose certificates expire evenly over `inDays` days, starting in 90 days. */
function needOf(computers: number, inDays: number, changes: Partial<FleetNeed> = {}): FleetNeed {
  const expiring = Array.from({ length: 90 + inDays }, (_, day) => (day < 90 ? 0 : computers / inDays));
  return {
    now: START,
    expiring,
    lifetimeMs: 365 * DAY,
    windowMs: 30 * DAY,
    jitterMs: 3 * DAY,
    seenShare: 0.8,
    inventoryAgeMs: 3.5 * DAY,
    canaryMs: 0,
    ...changes,
  };
}

const leadInDays = (leads: Parameters<typeof leadOf>[0], day: number) =>
  leadOf(leads, START + day * DAY) / DAY;

describe('the capacity calculated for a fleet', () => {
  it('grows with the busiest day, up to the limit of the CA', () => {
    const caps = [100, 2_000, 20_000, 100_000].map(
      (count) => chooseCapacity(AUTO, needOf(count, 14)).hourlyCap,
    );
    expect(caps).toEqual(caps.toSorted((a, b) => a - b));
    expect(caps[0]).toBe(20);
    expect(caps.at(-1)).toBe(DEFAULT_CA_LIMIT);
  });

  it('starts earlier than the window by the jitter, so that the window is the latest time', () => {
    const { leads, why, shortage } = chooseCapacity(AUTO, needOf(500, 14));
    expect([90, 103].map((day) => leadInDays(leads, day))).toEqual([3, 3]);
    expect(why.join(' ')).toContain('3 days before the renewal window');
    expect(shortage).toBeNull();
  });

  it('starts earlier when many certificates expire together: each day has at most the capacity, and none starts before half of the lifetime', () => {
    const need = needOf(100_000, 14);
    const { leads, hourlyCap, inFlight, caLimit, why } = chooseCapacity(AUTO, need);
    const { perDay } = dailyCapacity({ hourlyCap, inFlight, caLimit }, (5 / 7) * 0.8);
    const begins = new Map<number, number>();
    need.expiring.forEach((count, day) => {
      const begin = day - 30 - leadInDays(leads, day);
      expect(begin).toBeGreaterThanOrEqual(day - 183);
      if (count > 0) begins.set(begin, (begins.get(begin) ?? 0) + count);
    });
    const days = [...begins.keys()].toSorted((a, b) => a - b);
    // From the first start to the last, the daily capacity suffices for all Macs except those of the last day.
    expect(((days.at(-1) ?? 0) - (days[0] ?? 0)) * perDay).toBeGreaterThan(100_000 * (13 / 14) - perDay);
    expect(why.join(' ')).toContain('because many certificates expire close together');
  });

  it('never shortens an existing lead time', () => {
    const first = chooseCapacity(AUTO, needOf(100_000, 14));
    const next = chooseCapacity(AUTO, needOf(50_000, 14), first.leads);
    const days = Array.from({ length: 14 }, (_, day) => 90 + day);
    expect(days.map((day) => leadInDays(next.leads, day))).toEqual(
      days.map((day) => leadInDays(first.leads, day)),
    );
    expect(isEarlier(first.leads, next.leads)).toBe(false);
    expect(leadInDays(next.leads, 400)).toBe(3);
  });

  it("begins nothing earlier and names no shortage where only Jamf Pro's own setting renews", () => {
    const need = needOf(100_000, 14, { nativeOnly: true });
    const { leads: before } = chooseCapacity(AUTO, needOf(100_000, 14));
    expect(before).not.toEqual([]);
    const { leads, shortage, why } = chooseCapacity({ ...AUTO, caLimit: 10 }, need, before);
    expect({ leads, shortage }).toEqual({ leads: [], shortage: null });
    expect(why).toEqual([expect.stringContaining("Jamf Pro's own setting renews the certificates")]);
  });

  it('reports the date, the Macs and the remedy when the largest allowed capacity is not sufficient', () => {
    const { shortage } = chooseCapacity({ ...AUTO, caLimit: 10 }, needOf(20_000, 14));
    expect(shortage).toMatchObject({ neededCaLimit: 160 });
    expect(shortage?.at).toBeGreaterThan(START);
    expect(shortage?.computers).toBeGreaterThan(1_000);
  });

  it('respects a configured rate limit, which also limits the requests to the CA', () => {
    const settings = { ...AUTO, hourlyCap: 50 };
    expect(chooseCapacity(settings, needOf(2_000, 14))).toMatchObject({ hourlyCap: 50, caLimit: 50 });
  });
});

it('a lead time makes a certificate due earlier, and does not change when it is overdue', () => {
  const expiresAt = START + 40 * DAY;
  const leads = leadsFrom(Math.floor(expiresAt / DAY), [12, 0]);
  const at = (policy: object) => {
    const computer = knownOf({
      certificates: [
        certificateOf('blue', { serialNumber: 'A', issuedAt: expiresAt - 365 * DAY, expiresAt }),
      ],
    });
    return assess(computer, watchedOf(policy), START);
  };
  expect(at({})).toMatchObject({ state: 'healthy', dueAt: START + 10 * DAY });
  expect(at({ leads })).toMatchObject({ state: 'due', dueAt: START - 2 * DAY, changesAt: START + 30 * DAY });
});

describe('the capacity settings', () => {
  const profile = { overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: 32 } };

  it.each([
    [{}, AUTO],
    [{ capacity: 'auto' }, AUTO],
    [{ hourlyCap: 50 }, { ...AUTO, hourlyCap: 50 }],
    [{ capacity: { caLimit: 1_200 } }, { ...AUTO, caLimit: 1_200 }],
  ])('%j', (settings, capacity) => {
    expect(profileSchema.parse({ ...profile, ...settings }).capacity).toEqual(capacity);
  });

  it('refuse two values for one limit, and say what to do', () => {
    const parsed = profileSchema.safeParse({ ...profile, capacity: 'auto', hourlyCap: 50 });
    expect(parsed.error?.issues).toMatchObject([
      { path: ['capacity'], message: expect.stringContaining('Set the limits in one place') as string },
    ]);
  });

  it('use conservative values until the fleet has been read, never above the limit of the CA', () => {
    const settings = profileSchema.parse({ ...profile, capacity: { caLimit: 30 } });
    expect(sized(settings, null)).toMatchObject({ hourlyCap: 30, caLimit: 30, perMinute: 1, leads: [] });
    const chosen = { hourlyCap: 400, inFlight: 800, leads: [] };
    expect(sized(settings, chosen)).toMatchObject({ hourlyCap: 30, inFlight: 30 });
  });
});
