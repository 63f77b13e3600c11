import { describe, expect, it, test } from 'vitest';
import { detect } from '../../../../src/domain/incidents/detect.js';
import type { InstanceFacts, WaitingForPerson } from '../../../../src/domain/health/facts.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;
const calm = {
  mode: 'act',
  scopeConflict: null,
  breaker: null,
  hold: null,
  audit: { errors: 0, warnings: 0 },
  caEndsAt: null,
  measured: null,
  missing: { computers: 0, examples: [], afterMs: 24 * 60 * MINUTE },
  shortage: null,
  scopeEmptySince: null,
} as const;

const waiting = (id: string, since: number): WaitingForPerson => ({
  redistributionId: `r-${id}`,
  profile: 'okta',
  computerId: id,
  computer: `mac-${id}`,
  since,
  why: 'no attempt left',
});

const found = (change: Partial<InstanceFacts> = {}) =>
  detect({
    at: NOW,
    webhooksSilentMs: 60 * MINUTE,
    queues: [],
    removedInstances: [],
    breakGlass: [],
    instances: [
      {
        name: 'prod',
        paused: null,
        profiles: [{ name: 'okta', known: true, ...calm, states: { healthy: 10, due: 3, unknown: 1 } }],
        leases: { late: 0, oldest: null },
        foreignChanges: [],
        needsHuman: 0,
        waiting: [],
        computers: { known: 0 },
        setAside: [],
        fall: null,
        commandsUnlisted: false,
        statusUnread: null,
        lastWebhookAt: NOW - MINUTE,
        lastSweepAt: NOW - MINUTE,
        sweepEveryMs: 15 * MINUTE,
        ...change,
      },
    ],
  });

const keys = (change: Partial<InstanceFacts>) => found(change).map(({ key }) => key);

const okta = {
  configuration: 'rac1 (Macs)',
  keyId: 'K1',
  caExpiresAt: NOW,
  successor: null,
  revoked: [],
  readAt: NOW,
};
const withOkta = (change: object) => ({
  profiles: [{ name: 'okta', known: true, ...calm, states: { healthy: 9 }, okta: { ...okta, ...change } }],
});

it('an incident opens for a changed key of the CA', () => {
  const caChange = { at: NOW, before: 'AA', after: 'BB' };
  const profiles = [{ name: 'okta', known: true, ...calm, states: { healthy: 9 }, caChange }];
  const [changed, ...others] = found({ profiles });
  expect(changed).toMatchObject({ key: 'ca-changed/prod/okta', severity: 'warning' });
  expect(changed?.text).toContain('key identifier BB, before AA');
  expect(others).toEqual([]);
});

describe('incidents from Okta', () => {
  it('open for a configuration that was not rolled over, and for revoked certificates', () => {
    expect(keys(withOkta({}))).toEqual([]);
    const [retiring] = found(withOkta({ successor: { keyId: 'K2', expiresAt: null } }));
    expect(retiring).toMatchObject({ key: 'okta-retiring/prod/okta', severity: 'warning' });
    expect(retiring?.text).toContain('roll the SCEP configuration rac1 (Macs) over to the newest CA');
    const [revoked] = found(withOkta({ revoked: ['mac-1 (S1)', 'mac-2 (S2)'] }));
    expect(revoked).toMatchObject({
      key: 'certificate-revoked/prod/okta',
      title: 'Okta revoked the current certificate of 2 Macs (okta)',
    });
    expect(revoked?.text).toContain('mac-1 (S1), mac-2 (S2)');
  });
});

describe('open incidents', () => {
  it('are empty while all Macs are healthy or due', () => {
    expect(found()).toEqual([]);
  });

  it('are empty before the first sweep', () => {
    const profiles = [{ name: 'okta', known: false, ...calm, states: {} }];
    expect(keys({ lastSweepAt: null, lastWebhookAt: null, profiles })).toEqual([]);
  });

  it.each<[string, Partial<InstanceFacts>, string, string]>([
    [
      'Macs that are overdue',
      { profiles: [{ name: 'okta', known: true, ...calm, states: { overdue: 1 } }] },
      'renewal-overdue/prod/okta',
      'error',
    ],
    [
      'an expired certificate',
      { profiles: [{ name: 'okta', known: true, ...calm, states: { expired: 2 } }] },
      'certificate-expired/prod/okta',
      'critical',
    ],
    [
      'an open circuit breaker',
      {
        profiles: [{ name: 'okta', known: true, ...calm, breaker: { text: 'the CA refused.' }, states: {} }],
      },
      'breaker-open/prod/okta',
      'error',
    ],
    [
      'scopes that contradict the configuration',
      { profiles: [{ name: 'okta', known: true, ...calm, scopeConflict: 'exchanged.', states: {} }] },
      'scopes-wrong/prod/okta',
      'error',
    ],
    [
      'a profile check with errors',
      { profiles: [{ name: 'okta', known: true, ...calm, audit: { errors: 1, warnings: 0 }, states: {} }] },
      'profile-audit/prod/okta',
      'error',
    ],
    [
      'a CA that expires before its certificates',
      { profiles: [{ name: 'okta', known: true, ...calm, caEndsAt: NOW, states: {} }] },
      'ca-expiring/prod/okta',
      'warning',
    ],
    ['no webhook for too long', { lastWebhookAt: NOW - 60 * MINUTE - 1 }, 'webhooks-silent/prod', 'warning'],
    [
      'no sweep for three intervals',
      { lastSweepAt: NOW - 45 * MINUTE - 1 },
      'sweep-stopped/prod',
      'critical',
    ],
    [
      'a profile that Jamf Pro does not return',
      { profiles: [{ name: 'okta', known: false, ...calm, states: {} }] },
      'profile-unknown/prod/okta',
      'error',
    ],
    [
      'a profile that was read before and is deleted in Jamf Pro',
      { profiles: [{ name: 'okta', known: true, gone: ['2'], ...calm, states: {} }] },
      'profile-unknown/prod/okta',
      'error',
    ],
    [
      'a Mac that cannot be taken out of the exclusion group',
      {
        leases: {
          late: 1,
          oldest: { computer: { id: '7', serialNumber: 'C7', name: 'mac-7' }, groupId: '73', since: NOW },
        },
      },
      'lease-not-taken-back/prod',
      'critical',
    ],
    ['a fall of the fleet', { fall: { at: NOW, known: 300, missing: 300 } }, 'fleet-fallen/prod', 'critical'],
    [
      'no Mac in scope',
      { computers: { known: 9 }, profiles: [{ name: 'okta', known: true, ...calm, states: {} }] },
      'scope-empty/prod/okta',
      'error',
    ],
    [
      'targets that were removed from the scope',
      { profiles: [{ name: 'okta', known: true, ...calm, states: { healthy: 9 }, scopeEmptySince: NOW }] },
      'scope-empty/prod/okta',
      'error',
    ],
    [
      'certificates that are not recognized',
      {
        profiles: [
          {
            name: 'okta',
            known: true,
            ...calm,
            states: { unknown: 9 },
            measured: { computers: 9, known: 0, least: 0.9, subjects: [] },
          },
        ],
      },
      'coverage-low/prod/okta',
      'error',
    ],
    [
      'Macs that keep reporting without a certificate',
      {
        profiles: [
          {
            name: 'okta',
            known: true,
            ...calm,
            states: { healthy: 9, unknown: 1 },
            missing: { computers: 1, examples: ['C7'], afterMs: 1 },
          },
        ],
      },
      'certificate-missing/prod/okta',
      'error',
    ],
    [
      'a capacity that is not sufficient',
      {
        profiles: [
          {
            name: 'okta',
            known: true,
            ...calm,
            states: { healthy: 9 },
            shortage: { at: NOW, computers: 9, neededCaLimit: 1_200, chosen: true },
          },
        ],
      },
      'capacity-short/prod/okta',
      'error',
    ],
    [
      'a change of a group by someone else',
      {
        foreignChanges: [
          { groupId: '31', computerId: '7', op: 'added', since: NOW - MINUTE, at: NOW },
          { groupId: '31', computerId: '8', op: 'added', since: 0, at: NOW - 1_441 * MINUTE },
        ],
      },
      'group-changed/prod/31',
      'warning',
    ],
    ['a Mac that needs attention', { waiting: [waiting('7', 1)] }, 'needs-human/prod/okta/7', 'error'],
  ])('%s', (_, change, key, severity) => {
    expect(found(change).map((one) => [one.key, one.severity])).toEqual([[key, severity]]);
  });

  it('do not contain silent webhooks or sweeps at the last moment before the deadline', () => {
    expect(keys({ lastWebhookAt: NOW - 60 * MINUTE, lastSweepAt: NOW - 45 * MINUTE })).toEqual([]);
  });
});

test('Macs without a certificate are named, with the number of further Macs and what to do', () => {
  const missing = { computers: 7, examples: ['C1', 'C2'], afterMs: 24 * 60 * MINUTE };
  const profiles = [{ name: 'okta', known: true, ...calm, states: { healthy: 9, unknown: 7 }, missing }];
  const [incident] = found({ profiles });
  expect(incident).toMatchObject({
    title: '7 Macs in scope have no certificate (okta)',
    path: '/macs?profile=okta&state=unknown&why=no-certificate',
  });
  expect(incident?.text).toMatch(
    /: C1, C2 and 5 more\. .*failed InstallProfile.*`unstick`.*Flush MDM Commands/u,
  );
});

describe('a capacity that is not sufficient', () => {
  const short = (mode: 'act' | 'observe', neededCaLimit: number | null, chosen = true) =>
    found({
      profiles: [
        {
          name: 'okta',
          known: true,
          ...calm,
          mode,
          states: { healthy: 9 },
          shortage: { at: NOW, computers: 4_100, neededCaLimit, chosen },
        },
      ],
    });

  it('names the date, the Macs and a limit to ask Okta for', () => {
    expect(short('act', 1_200)).toMatchObject([
      {
        title: 'Capacity is insufficient: 4100 Macs will be overdue (okta)',
        text: 'From 2026-11-23 on, 4,100 Macs will be overdue while waiting, even with the largest capacity that the configuration allows. Ask Okta whether the CA accepts 1,200 requests an hour, and set `capacity.caLimit` to that number. Or widen `window`, or spread enrollments over more days.',
      },
    ]);
  });

  it('does not ask for a limit when none is enough', () => {
    expect(short('act', null)[0]?.text).toContain('No value of `capacity.caLimit` is enough');
  });

  it('first asks to remove limits that the configuration sets', () => {
    expect(short('act', null, false)[0]?.text).toContain('Remove `hourlyCap` and `inFlight`');
    expect(short('act', 1_200, false)[0]?.text).toContain('Remove `hourlyCap` and `inFlight`');
  });

  it('is a warning in observe mode', () => {
    expect(short('observe', null).map(({ severity }) => severity)).toEqual(['warning']);
  });
});

describe('many Macs that need attention', () => {
  const many = Array.from({ length: 40 }, (_, index) => waiting(String(index), index));
  const five = ['0', '1', '2', '3', '4'].map((id) => `needs-human/prod/okta/${id}`);

  it('have one incident each up to five, longest wait first, and one for all others', () => {
    expect(keys({ waiting: many.toReversed() })).toEqual([...five, 'needs-human/prod/many']);
  });

  it('that appear later do not replace open incidents', () => {
    expect(keys({ waiting: many.slice(0, 5) })).toEqual(five);
    expect(keys({ waiting: many.slice(0, 6) })).toEqual([...five, 'needs-human/prod/many']);
  });

  it('link to the page of the Mac', () => {
    expect(found({ waiting: [waiting('7', 1)] })[0]?.path).toBe('/macs/prod/7');
  });
});

describe('emergency access', () => {
  it('is an incident for each use, of all servers, critical', () => {
    const use = { id: 'a1', name: 'Anna', address: '192.0.2.7', at: NOW };
    const incidents = detect({
      at: NOW,
      webhooksSilentMs: 60 * MINUTE,
      queues: [],
      removedInstances: [],
      breakGlass: [use, { ...use, id: 'a2' }],
      instances: [],
    });
    expect(incidents.map(({ key }) => key)).toEqual(['break-glass/a1', 'break-glass/a2']);
    expect(incidents[0]).toMatchObject({ severity: 'critical', instance: null, path: '/audit' });
    expect(incidents[0]?.title).toContain('Anna');
    expect(incidents[0]?.text).toContain('192.0.2.7');
  });
});
