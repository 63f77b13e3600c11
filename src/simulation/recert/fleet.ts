import { assess } from '../../domain/assess.js';
import type { Assessment } from '../../domain/assessment.js';
import type { KnownComputer } from '../../domain/known.js';
import type { MdmCommand, Profile } from '../../domain/profile.js';
import type { Side } from '../../domain/redistribution/direction.js';
import type { Redistribution } from '../../domain/redistribution/record.js';
import type { RedistributionPolicy, WatchedProfile } from '../../domain/watched.js';
import type { World } from '../world.js';

const BLUE = '5f0cbb64-0000-4000-8000-000000000001';
const GREEN = '5f0cbb64-0000-4000-8000-000000000002';
const NO_TARGETS = { computerIds: [], groupIds: [], departments: [], buildings: [] };
const SUBJECTS = [`CN=mac ${BLUE}`, `CN=mac ${GREEN}`] as const;

/** An open redistribution, with the stored facts of its Mac. */
export interface Open {
  record: Redistribution;
  computer: KnownComputer;
  assessment: Assessment;
  /** Until when the assessment is valid without new data. */
  assessedUntil: number;
  commands: Record<Side, MdmCommand[]>;
  /** The permit of an attempt. A repeated request returns the same permit. */
  token: { attempt: number; at: number } | null;
  /** When the requested inventory read completes; `Infinity` when none was requested. */
  factsAt: number;
}

/** A watched profile for a policy: blue for all computers, and green. */
export function watchedFor(policy: RedistributionPolicy): WatchedProfile {
  const { overlap } = policy;
  const profile = (id: string, identifier: string, scope: Partial<Profile['scope']>): Profile => ({
    id,
    name: '',
    identifier,
    level: 'System',
    scope: { allComputers: false, ...NO_TARGETS, exclusions: NO_TARGETS, ...scope },
  });
  return {
    instance: 'fleet-year',
    name: 'okta',
    policy,
    blue: profile(overlap.blue, BLUE, {
      allComputers: true,
      exclusions: { ...NO_TARGETS, groupIds: [overlap.leaveBlue] },
    }),
    green: profile(overlap.green, GREEN, { groupIds: [overlap.joinGreen] }),
  };
}

/** A Mac as the simulated inventory shows it now. */
export function knownComputer(world: World, mac: number, groupIds: readonly string[]): KnownComputer {
  const { reported } = world.macs;
  return {
    id: String(mac + 1),
    udid: '',
    serialNumber: '',
    managementId: String(mac + 1),
    name: '',
    username: '',
    realName: '',
    email: '',
    department: '',
    building: '',
    managed: true,
    mdmCapable: true,
    enrolledAt: null,
    reportedAt: reported.at[mac] ?? null,
    lastContactAt: null,
    groupIds,
    certificates: [
      {
        subject: SUBJECTS[reported.side[mac] === 1 ? 1 : 0],
        serialNumber: String(reported.serial[mac]),
        fingerprint: '',
        issuedAt: reported.issuedAt[mac] ?? null,
        expiresAt: reported.expiresAt[mac] ?? null,
        identity: true,
        active: true,
        username: '',
      },
    ],
    profiles: [],
    matching: {},
    readAt: world.now(),
    retiredAt: null,
  };
}

/** The assessment of a Mac now, and until when it is valid without new data. */
export function assessNow(
  computer: KnownComputer,
  watched: WatchedProfile,
  now: number,
): Pick<Open, 'assessment' | 'assessedUntil'> {
  const assessment = assess(computer, watched, now);
  const staleAt = (computer.reportedAt ?? 0) + watched.policy.stale;
  return {
    assessment,
    assessedUntil: Math.min(assessment.changesAt ?? Infinity, staleAt > now ? staleAt : Infinity),
  };
}
