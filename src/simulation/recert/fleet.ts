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
const NOBODY = { computerIds: [], groupIds: [], departments: [], buildings: [] };
const SUBJECTS = [`CN=mac ${BLUE}`, `CN=mac ${GREEN}`] as const;

/** A redistribution that is open, and what is known of its Mac. */
export interface Open {
  record: Redistribution;
  computer: KnownComputer;
  assessment: Assessment;
  /** Until when the assessment holds if nothing new is heard. */
  assessedUntil: number;
  commands: Record<Side, MdmCommand[]>;
  /** The token of an attempt: asked for again it is the same one. */
  token: { attempt: number; at: number } | null;
  /** When inventory that was asked for will have been read; `Infinity` when none was. */
  factsAt: number;
}

/** Blue for everybody, and green, for a policy. */
export function watchedFor(policy: RedistributionPolicy): WatchedProfile {
  const { overlap } = policy;
  const profile = (id: string, identifier: string, scope: Partial<Profile['scope']>): Profile => ({
    id,
    name: '',
    identifier,
    level: 'System',
    scope: { allComputers: false, ...NOBODY, exclusions: NOBODY, ...scope },
  });
  return {
    instance: 'fleet-year',
    name: 'okta',
    policy,
    blue: profile(overlap.blue, BLUE, {
      allComputers: true,
      exclusions: { ...NOBODY, groupIds: [overlap.leaveBlue] },
    }),
    green: profile(overlap.green, GREEN, { groupIds: [overlap.joinGreen] }),
  };
}

/** A Mac as inventory shows it, read now. */
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

/** The assessment of a Mac now, and until when it holds by itself. */
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
