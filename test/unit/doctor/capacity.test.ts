import { expect, it } from 'vitest';
import { judgeCapacity } from '../../../src/doctor/profiles/capacity.js';
import type { ChosenCapacity } from '../../../src/domain/capacity/chosen.js';
import type { RedistributionPolicy } from '../../../src/domain/watched.js';
import { START, watchedOf } from '../../support/redistribution/fixtures.js';

const auto = { hourlyCap: 'auto', inFlight: 'auto' } as const;
const shortage = { at: START, computers: 4_100, neededCaLimit: 1_200 };
const judged = (
  change: Partial<ChosenCapacity> = {},
  policy: Partial<RedistributionPolicy> = {},
  settings: Parameters<typeof judgeCapacity>[1] = auto,
) => {
  const chosen = {
    at: START,
    hourlyCap: 180,
    inFlight: 90,
    caLimit: 600,
    leads: [],
    why: [],
    shortage: null,
    ...change,
  };
  return judgeCapacity({ ...watchedOf({ hourlyCap: 180, inFlight: 90, ...policy }), chosen }, settings);
};

it('shows the limits that are sufficient', () => {
  expect(judged()).toMatchObject([{ level: 'ok', said: '180 certificates an hour, 90 in progress' }]);
});

it('names the date, the number of Macs and the remedy of a shortage', () => {
  const [finding] = judged({ shortage });
  expect(finding).toMatchObject({ level: 'fail', check: 'profile okta capacity' });
  expect(finding?.said).toContain('From 2026-11-23 on, 4,100 Macs will be overdue');
  expect(finding?.todo).toContain('set `capacity.caLimit` to that number');
});

it('first asks to remove limits that the configuration sets', () => {
  const [finding] = judged({ shortage }, {}, { hourlyCap: 50, inFlight: 'auto' });
  expect(finding?.todo).toMatch(/^Remove `hourlyCap` and `inFlight`/);
});

it('only warns in observe mode', () => {
  expect(judged({ shortage }, { mode: 'observe' })).toMatchObject([{ level: 'warn' }]);
});

it('has no shortage when only Jamf Pro sends the profile', () => {
  expect(judged({ shortage }, { mechanisms: ['native', 'unstick'] })).toMatchObject([{ level: 'ok' }]);
});

it('says nothing before the first full sweep', () => {
  expect(judgeCapacity({ ...watchedOf(), chosen: null }, auto)).toEqual([]);
});
