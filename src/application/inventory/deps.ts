import type { Redis } from 'ioredis';
import type { InstanceConfig } from '../../config/sections/instance.js';
import type { Assessment } from '../../domain/assessment.js';
import type { CaFacts } from '../../domain/audit/ca.js';
import type { KnownComputer } from '../../domain/known.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { JamfClient } from '../../jamf/client.js';
import type { Producers } from '../../queues/producers.js';
import type { Queues } from '../../queues/queues.js';
import type { ComputerStore } from '../../store/computers/computers.js';
import type { CursorStore } from '../../store/cursors/cursors.js';
import type { LimitStore } from '../../store/limits/limits.js';
import type { Hints } from '../../store/hints/hints.js';
import type { ProfileAuditStore } from '../../store/profiles/profile-audits.js';
import type { ProfileHints } from '../../store/hints/profile-hints.js';
import type { ProfileStore } from '../../store/profiles/profiles.js';
import type { Telemetry } from '../../telemetry/bus.js';

/** What everything in the worker process stands on. */
export interface Ground {
  redis: Redis;
  queues: Queues;
  jamf: (instance: string) => JamfClient | null;
  telemetry: Telemetry;
  now: () => number;
  stopping: AbortSignal;
}

/** One Mac and what was just decided about it for one watched profile. */
export interface Decided {
  computer: KnownComputer;
  watched: WatchedProfile;
  assessment: Assessment;
  /** Its certificate was renewed since the reading before, by whomever. */
  renewed?: boolean;
}

/** What the workers that know the fleet need. */
export interface FleetDeps {
  instances: Readonly<Record<string, InstanceConfig>>;
  /** The client of an instance; `null` when it is not configured. */
  jamf: (instance: string) => JamfClient | null;
  computers: ComputerStore;
  profiles: ProfileStore;
  /** What the audits of the watched profiles have shown. */
  audits: ProfileAuditStore;
  /** Asks the CA of a profile what it says of itself. Never throws. */
  askCa: (url: string) => Promise<CaFacts>;
  cursors: CursorStore;
  hints: Hints;
  limits: Pick<LimitStore, 'noteJamf' | 'noteVersion' | 'noteFleet'>;
  profileHints: ProfileHints;
  producers: Producers;
  /** Opens or wakes a redistribution, if that is called for. */
  consider: (decided: Decided) => Promise<unknown>;
  /** Counts and tells of a renewal that no redistribution was open for. */
  noteRenewal: (decided: Decided) => Promise<void>;
  /** Gives open redistributions that lost their job a new one; how many it were. */
  restartLostJobs: (instance: string) => Promise<number>;
  /** Sees to it that nobody stays in an exclusion group; `atOnce` at a start. */
  keepLeases: (instance: string, options?: { atOnce?: boolean }) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
  /** A job whose worker is silent for so long is given to another, milliseconds. */
  lockMs: number;
  /** Aborted when the process is to stop: long jobs end at the next point where nothing is half-done. */
  stopping: AbortSignal;
}

/** The settings of an instance and its client. @throws Error when it is not configured (any more). */
export function instanceOf(
  deps: Pick<FleetDeps, 'instances' | 'jamf'>,
  instance: string,
): { settings: InstanceConfig; jamf: JamfClient } {
  const settings = deps.instances[instance];
  const jamf = deps.jamf(instance);
  if (!settings || !jamf) throw new Error(`${instance} is not configured on this worker`);
  return { settings, jamf };
}
