import fc from 'fast-check';
import type { Certificate, Computer } from '../../../../src/domain/computer.js';
import type { KnownComputer } from '../../../../src/domain/known.js';
import type { Profile } from '../../../../src/domain/profile.js';
import type { RedistributionPolicy, WatchedProfile } from '../../../../src/domain/watched.js';

export const NOW = Date.UTC(2026, 5, 1);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const BLUE_IDENTIFIER = '5F0C4F4E-1A2B-4C3D-8E9F-0123456789AB';
export const GREEN_IDENTIFIER = '0D1E2F3A-4B5C-4D6E-8F90-ABCDEF012345';

const POLICY: RedistributionPolicy = {
  mode: 'act',
  window: 30 * DAY,
  jitter: 3 * DAY,
  nativeGrace: 0,
  stale: 14 * DAY,
  overlap: { blue: '11', green: '12', joinGreen: '21', leaveBlue: '22', settle: 7 * DAY },
  mechanisms: ['overlap'],
  waits: {
    online: DAY,
    command: HOUR,
    delivery: 7 * DAY,
    blankPush: [],
    proof: 0,
    inventory: 8 * DAY,
    poll: 60_000,
    retry: HOUR,
    retryMost: 32 * HOUR,
    hold: HOUR / 2,
  },
  attempts: 3,
  attemptsWithin: 30 * DAY,
  hourlyCap: 50,
  inFlight: 100,
  canary: [],
  breaker: { inARow: 3, sameError: 3, share: 0.2, of: 20 },
  maintenance: [],
};

const NOBODY = { computerIds: [], groupIds: [], departments: [], buildings: [] };

export function profile(fields: Partial<Profile> & { id: string; identifier: string }): Profile {
  return {
    name: `Profile ${fields.id}`,
    level: 'System',
    scope: { allComputers: false, ...NOBODY, exclusions: NOBODY },
    ...fields,
  };
}

export function watch(
  fields: Partial<Omit<WatchedProfile, 'policy'>> & { policy?: Partial<RedistributionPolicy> } = {},
): WatchedProfile {
  const scope = (extra: Partial<Profile['scope']>): Profile['scope'] => ({
    allComputers: false,
    ...NOBODY,
    exclusions: NOBODY,
    ...extra,
  });
  return {
    instance: 'prod',
    name: 'wifi',
    blue: profile({
      id: '11',
      identifier: BLUE_IDENTIFIER,
      scope: scope({ groupIds: ['20'], exclusions: { ...NOBODY, groupIds: ['22', '29'] } }),
    }),
    green: profile({ id: '12', identifier: GREEN_IDENTIFIER, scope: scope({ groupIds: ['21'] }) }),
    ...fields,
    policy: { ...POLICY, ...fields.policy },
  };
}

export function certificate(fields: Partial<Certificate> = {}): Certificate {
  return {
    subject: `CN=C02XG0AAJGH5 ${BLUE_IDENTIFIER}`,
    serialNumber: '0A1B2C3D4E5F60718293A4B5C6D7E8F9',
    fingerprint: '',
    issuedAt: NOW - 200 * DAY,
    expiresAt: NOW + 165 * DAY,
    identity: true,
    active: true,
    username: '',
    ...fields,
  };
}

export function computer(fields: Partial<Computer> = {}): Computer {
  return {
    id: '7',
    udid: 'A1B2C3D4-0000-4000-8000-000000000007',
    serialNumber: 'C02XG0AAJGH5',
    managementId: 'd1e2f3a4-0000-4000-8000-000000000007',
    name: 'Anna’s MacBook Pro',
    username: 'anna.berg',
    realName: 'Anna Berg',
    email: 'anna.berg@example.com',
    department: 'Research',
    building: 'North',
    managed: true,
    mdmCapable: true,
    enrolledAt: NOW - 400 * DAY,
    reportedAt: NOW - DAY,
    lastContactAt: NOW - HOUR,
    groupIds: ['1', '20'],
    certificates: [certificate()],
    profiles: [
      {
        id: '11',
        identifier: BLUE_IDENTIFIER,
        displayName: 'Okta certificate',
        installedAt: NOW - 200 * DAY,
      },
    ],
    ...fields,
  };
}

/** A stored Mac, as `mergeInventory` creates it from `computer()`. */
export function known(fields: Partial<KnownComputer> = {}): KnownComputer {
  const { profiles: _profiles, ...facts } = computer();
  return {
    ...facts,
    groupIds: ['20'],
    profiles: [{ id: '11', installedAt: NOW - 200 * DAY }],
    matching: { wifi: 1 },
    readAt: NOW,
    retiredAt: null,
    ...fields,
  };
}

const instant = fc.integer({ min: NOW - 800 * DAY, max: NOW + 800 * DAY });
const SUBJECTS = [
  `CN=C02XG0AAJGH5 ${BLUE_IDENTIFIER}`,
  `CN=${GREEN_IDENTIFIER.toLowerCase()},O=Pretend`,
  'CN=managementAttestation anna.berg',
  'CN=3D0C4F4E-1A2B-4C3D-8E9F-0123456789AB',
  'CN=com.apple.systemdefault,O=System Identity',
  '?Error_-26276?',
  '',
];

/** Certificates as in real inventories: matching and foreign ones, expired ones, duplicates, invalid ones. */
export const certificates = fc.array(
  fc.record({
    subject: fc.constantFrom(...SUBJECTS),
    serialNumber: fc.constantFrom('', '01', '02', '03AB', 'FFFFFFFF'),
    fingerprint: fc.constantFrom('', 'AA', 'BB'),
    issuedAt: fc.option(instant),
    expiresAt: fc.option(instant),
    identity: fc.boolean(),
    active: fc.boolean(),
    revoked: fc.constantFrom(undefined, undefined, true as const),
    username: fc.constantFrom('', 'anna.berg'),
  }),
  { maxLength: 12 },
);

/** Macs with some blank facts, as in real inventories. */
export const computers = fc
  .record({
    managementId: fc.constantFrom('', 'd1e2f3a4-0000-4000-8000-000000000007'),
    name: fc.constantFrom('', 'Anna’s MacBook Pro', 'mac-7'),
    username: fc.constantFrom('', 'anna.berg', 'bo'),
    email: fc.constantFrom('', 'anna.berg@example.com'),
    enrolledAt: fc.option(fc.constant(NOW - 400 * DAY)),
    reportedAt: fc.option(instant),
    lastContactAt: fc.option(instant),
    groupIds: fc.subarray(['1', '20', '21', '22', '29']),
    certificates,
  })
  .map((fields) => computer(fields));
