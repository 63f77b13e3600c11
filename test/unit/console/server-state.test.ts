import { expect, test } from 'vitest';
import type { InstanceOverview, Overview } from '../../../console/src/api/answers.js';
import { serverState } from '../../../console/src/shell/server-state.js';

const QUEUES = [{ name: 'redistribute', workers: 1 }] as unknown as Overview['queues'];
const profile = (change: object = {}) =>
  Object.assign({ name: 'okta', mode: 'act', breaker: null, hold: null }, change);

function labelOf(
  { profiles = [profile()], paused = null }: { profiles?: object[]; paused?: object | null },
  queues = QUEUES,
): string {
  const instance = { name: 'prod', profiles, paused } as unknown as InstanceOverview;
  return serverState(instance, queues).label;
}

const STOPPED = profile({ breaker: { text: 'three errors' } });

test.each([
  ['Active', {}],
  ['Active for 1 of 2 profiles', { profiles: [profile(), profile({ mode: 'observe' })] }],
  ['Observe mode', { profiles: [profile({ mode: 'observe' })] }],
  ['Renewals stopped', { profiles: [profile(), STOPPED] }],
  ['Renewals on hold', { profiles: [profile({ hold: { text: 'Jamf Pro restarted' } })] }],
  ['Paused', { profiles: [STOPPED], paused: { by: 'ada', reason: 'upgrade' } }],
  ['Not configured', { profiles: [] }],
])('the state of a server is one label: %s', (label, instance) => {
  expect(labelOf(instance)).toBe(label);
});

test('without a worker, no other state is shown', () => {
  const none = [{ name: 'redistribute', workers: 0 }] as unknown as Overview['queues'];
  expect(labelOf({ paused: { by: 'ada', reason: 'upgrade' } }, none)).toBe('No worker');
});
