import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../../src/application/fleet/findings.js';
import type { Overview } from '../../../src/contract/resources/overview.js';
import { parseConfig } from '../../../src/config/load.js';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

const config = parseConfig(
  `
redis: { url: 'redis://127.0.0.1:1' }
instances:
  prod:
    url: https://jamf.example.com
    auth: { clientId: recert, clientSecret: x }
    webhooks: { authentication: { type: none, acceptUnauthenticated: true } }
    profiles: { okta: { overlap: { blue: 1, green: 2, joinGreen: 3, leaveBlue: 4 } } }
`,
  { source: 'test.yaml', environment: {} },
);

type Look = Overview['instances'][number];

function look(change: Partial<Look> = {}, states: Partial<Look['profiles'][number]['states']> = {}): Look {
  const none = { healthy: 9, due: 0, overdue: 0, expired: 0, unknown: 0, 'out-of-scope': 0 };
  return {
    name: 'prod',
    url: 'https://jamf.example.com',
    setup: [],
    computers: { known: 9, retired: 0 },
    profiles: [
      {
        name: 'okta',
        mode: 'act',
        known: true,
        audit: null,
        scopeConflict: null,
        coverage: 1,
        breaker: null,
        hold: null,
        canary: null,
        opensAt: null,
        native: { awaited: false, renewed: 0, failed: 0, other: 0 },
        states: { ...none, ...states },
        measured: null,
        missing: { computers: 0, examples: [], afterMs: 24 * 60 * MINUTE },
        scopeEmptySince: null,
        capacity: null,
      },
    ],
    redistributions: {
      byState: {
        due: 0,
        eligible: 0,
        blocked: 0,
        excluded: 0,
        including: 0,
        triggered: 0,
        pushed: 0,
        verifying: 0,
        retry: 0,
        verified: 0,
        'needs-human': 0,
        cancelled: 0,
      },
      open: 0,
      due: 0,
      inFlight: 0,
      blocked: 0,
      failed: 0,
      needAttention: 0,
      verified: 0,
    },
    foreignChanges: [],
    leases: { count: 0, late: 0, oldest: null },
    hints: 0,
    setAside: [],
    fall: null,
    commandsUnlisted: false,
    statusUnread: null,
    paused: null,
    lastWebhookAt: NOW,
    fullSweep: null,
    lastSweepAt: NOW - MINUTE,
    ...change,
  };
}

function told(instance: Look, workers = 1, failed = 0): string[] {
  const queues = (['assess', 'redistribute', 'sweep'] as const).map((name) => ({
    name,
    waiting: 0,
    active: 0,
    delayed: 0,
    workers,
    failed,
  }));
  return findingsOf({ instances: [instance], queues, config, at: NOW, removedInstances: [] }).map(
    ({ severity, text }) => `${severity}: ${text}`,
  );
}

test('a finding links to the page that shows it', () => {
  const found = findingsOf({
    removedInstances: [],
    instances: [look({}, { expired: 1_200 })],
    queues: [{ name: 'sweep', waiting: 0, active: 0, delayed: 0, workers: 1, failed: 1 }],
    config,
    at: NOW,
  });
  expect(found).toEqual([
    {
      severity: 'error',
      instance: 'prod',
      text: '1,200 Macs have an expired certificate (okta).',
      page: '/macs?state=expired&profile=okta',
      command: 'recert computers --state expired',
    },
    {
      severity: 'warning',
      instance: null,
      text: 'Queue sweep has 1 failed job.',
      page: '/queues/queue/sweep?status=failed',
      command: 'recert jobs list --queue sweep',
    },
  ]);
});

test('Macs without a certificate are named, and make the service unhealthy', () => {
  const missing = { computers: 3, examples: ['C1', 'C2'], afterMs: 24 * 60 * MINUTE };
  const { profiles } = look({}, { unknown: 3 });
  const instances = [look({ profiles: profiles.map((one) => ({ ...one, missing })) })];
  expect(findingsOf({ instances, queues: [], config, at: NOW, removedInstances: [] })).toMatchObject([
    {
      severity: 'error',
      text: expect.stringMatching(
        /^3 Macs in scope have reported inventory without a certificate for more than 1d \(okta\): C1, C2 and 1 more\./u,
      ) as string,
      page: '/macs?state=unknown&why=no-certificate&profile=okta',
      command: 'recert computers --unknown no-certificate --profile okta',
    },
    { severity: 'warning' },
  ]);
});

describe('the findings of the overview', () => {
  test('are empty when there is no problem', () => {
    expect(told(look())).toEqual([]);
  });

  test.each<[string, Look, RegExp]>([
    ['an expired certificate', look({}, { expired: 1 }), /^error: 1 Mac has an expired certificate \(okta\)/],
    ['overdue ones', look({}, { overdue: 2 }), /^error: 2 Macs are overdue/],
    ['unknown ones', look({}, { unknown: 1 }), /^warning: 1 Mac has an unknown certificate status/],
    [
      'a pause',
      look({ paused: { by: 'ada', reason: 'Okta is down', at: NOW } }),
      /^warning: Paused by ada: Okta is down/,
    ],
    [
      'a Mac that cannot be restored',
      look({ leases: { count: 2, late: 1, oldest: null } }),
      /^error: 1 Mac is stuck in an exclusion group/,
    ],
    ['no sweep yet', look({ lastSweepAt: null }), /^error: No sweep has completed yet/],
    [
      'a late sweep',
      look({ lastSweepAt: NOW - 46 * MINUTE }),
      /^error: Last sweep 46m ago \(expected every 15m\)/,
    ],
  ])('%s', (_, instance, sentence) => {
    const all = told(instance);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatch(sentence);
  });

  test('say when Macs will be late, and how to prevent it', () => {
    const [profile] = look().profiles;
    if (!profile) throw new Error('there is no profile');
    const capacity = {
      hourlyCap: 600,
      inFlight: 600,
      chosen: true,
      reasons: ['The busiest day has 9,000 Macs to renew.'],
      shortage: null,
    };
    expect(told(look({ profiles: [{ ...profile, capacity }] }))).toEqual([]);
    const shortage = { at: NOW, computers: 4_100, neededCaLimit: 1_200 };
    expect(told(look({ profiles: [{ ...profile, capacity: { ...capacity, shortage } }] }))).toEqual([
      'error: Capacity is insufficient (okta). From 2027-01-15 on, 4,100 Macs will be overdue while waiting, even with the largest capacity that the configuration allows. Ask Okta whether the CA accepts 1,200 requests an hour, and set `capacity.caLimit` to that number. Or widen `window`, or spread enrollments over more days.',
    ]);
  });

  test('contain observe mode, a profile that Jamf Pro did not return, and a redistribution that needs attention', () => {
    const [profile] = look().profiles;
    if (!profile) throw new Error('there is no profile');
    expect(told(look({ profiles: [{ ...profile, mode: 'observe' }] }))[0]).toMatch(
      /^warning: Observe mode: okta/,
    );
    expect(told(look({ profiles: [{ ...profile, known: false }] }))[0]).toMatch(
      /^error: Profile okta has not been read/,
    );
    expect(told(look({ profiles: [{ ...profile, gone: ['2'] }] }))[0]).toMatch(
      /^error: Profile okta: Jamf Pro has no configuration profile with the ID 2 any more\..* set its new ID in the configuration of okta\.$/,
    );
    expect(told(look({ profiles: [{ ...profile, known: false, gone: ['2'] }] }))[0]).toMatch(
      /^error: Profile okta: .* the ID 2, so no Macs are assessed for okta\. Correct the ID/,
    );
    const { redistributions } = look();
    expect(
      told(look({ redistributions: Object.assign({}, redistributions, { needAttention: 2 }) }))[0],
    ).toMatch(/^error: 2 redistributions need attention/);
  });

  test('queues without workers are errors, failed jobs are warnings, errors come first', () => {
    expect(told(look(), 0)).toHaveLength(3);
    const all = told(look({ paused: { by: 'ada', reason: 'x', at: NOW } }, { expired: 1 }), 1, 2);
    expect(all.map((text) => text.slice(0, 5))).toEqual(['error', 'warni', 'warni', 'warni', 'warni']);
  });
});
