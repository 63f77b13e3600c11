import type { Certificate, Computer } from '../../../src/domain/computer.js';
import type { KnownComputer } from '../../../src/domain/known.js';
import type { Profile } from '../../../src/domain/profile.js';
import type { CyclePolicy, RedistributionPolicy, WatchedProfile } from '../../../src/domain/watched.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The start time of most tests. */
export const START = Date.UTC(2026, 10, 23, 8);

/** IDs in the simulated Jamf Pro of these tests. */
export const IDS = { blue: '7', green: '8', joinGreen: '71', leaveBlue: '72', exclude: '73' } as const;

/** The two profiles and their groups. */
export function overlapOf(settle = 7 * DAY): NonNullable<RedistributionPolicy['overlap']> {
  const { blue, green, joinGreen, leaveBlue } = IDS;
  return { blue, green, joinGreen, leaveBlue, settle };
}

/** The mechanism `cycle` with its default settings. */
export function cycleOf(changes: Partial<CyclePolicy> = {}): CyclePolicy {
  return {
    exclude: IDS.exclude,
    seen: 30 * MINUTE,
    left: 7 * DAY,
    lease: 30 * MINUTE,
    alarm: 10 * MINUTE,
    inFlight: 5,
    daily: 0.05,
    ...changes,
  };
}

/** The default policy in act mode, without jitter. */
export function policyOf(changes: Partial<RedistributionPolicy> = {}): RedistributionPolicy {
  return {
    mode: 'act',
    window: 30 * DAY,
    jitter: 0,
    nativeGrace: 0,
    stale: 14 * DAY,
    overlap: overlapOf(),
    mechanisms: ['overlap'],
    waits: {
      online: DAY,
      command: 15 * MINUTE,
      delivery: 7 * DAY,
      blankPush: [15 * MINUTE, 4 * HOUR, DAY],
      inventory: 8 * DAY,
      proof: DAY,
      poll: MINUTE,
      retry: HOUR,
      retryMost: 32 * HOUR,
      hold: 30 * MINUTE,
    },
    attempts: 3,
    attemptsWithin: 30 * DAY,
    hourlyCap: 50,
    inFlight: 100,
    canary: [],
    breaker: { inARow: 3, sameError: 3, share: 0.2, of: 20 },
    maintenance: [],
    ...changes,
  };
}

/** One of the two profiles. The subjects of its certificates contain its identifier. */
export function profileOf(side: 'blue' | 'green'): Profile {
  const nothing = { computerIds: [], groupIds: [], departments: [], buildings: [] };
  return {
    id: IDS[side],
    name: `Okta SCEP ${side}`,
    identifier:
      side === 'blue' ? 'B1B1B1B1-0000-4000-8000-000000000007' : 'C2C2C2C2-0000-4000-8000-000000000008',
    level: 'System',
    scope:
      side === 'blue'
        ? {
            allComputers: true,
            ...nothing,
            exclusions: { ...nothing, groupIds: [IDS.leaveBlue, IDS.exclude] },
          }
        : {
            allComputers: false,
            ...nothing,
            groupIds: [IDS.joinGreen],
            exclusions: { ...nothing, groupIds: [IDS.exclude] },
          },
  };
}

/** A watched profile in an instance `prod`. */
export function watchedOf(changes: Partial<RedistributionPolicy> = {}): WatchedProfile {
  const policy = policyOf(changes);
  return {
    instance: 'prod',
    name: 'okta',
    policy,
    blue: profileOf('blue'),
    green: policy.overlap ? profileOf('green') : null,
  };
}

/** A certificate of a profile. */
export function certificateOf(
  side: 'blue' | 'green',
  { serialNumber, issuedAt, expiresAt }: { serialNumber: string; issuedAt: number; expiresAt: number },
): Certificate {
  return {
    subject: `CN=C02TEST ${profileOf(side).identifier}`,
    serialNumber,
    fingerprint: '',
    issuedAt,
    expiresAt,
    identity: true,
    active: true,
    username: '',
  };
}

/** A healthy, reachable Mac with a blue certificate that expires in ten days. */
export function computerOf(changes: Partial<Computer> = {}): Computer {
  return {
    id: '1',
    udid: 'UDID-1',
    serialNumber: 'C02TEST',
    managementId: 'm-1',
    name: 'Mac 1',
    username: 'ada',
    realName: 'Ada',
    email: 'ada@example.org',
    department: '',
    building: '',
    managed: true,
    mdmCapable: true,
    enrolledAt: START - 300 * DAY,
    reportedAt: START - HOUR,
    lastContactAt: START - MINUTE,
    groupIds: [],
    certificates: [
      certificateOf('blue', {
        serialNumber: 'OLD',
        issuedAt: START - 355 * DAY,
        expiresAt: START + 10 * DAY,
      }),
    ],
    profiles: [
      {
        id: IDS.blue,
        identifier: profileOf('blue').identifier,
        displayName: 'Okta SCEP blue',
        installedAt: START - 355 * DAY,
      },
    ],
    ...changes,
  };
}

/** The same Mac as the store returns it. */
export function knownOf(changes: Partial<KnownComputer> = {}): KnownComputer {
  return { ...computerOf(), matching: { okta: 1 }, readAt: START - MINUTE, retiredAt: null, ...changes };
}
