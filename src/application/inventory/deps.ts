import type { InstanceConfig } from '../../config/sections/instance.js';
import type { Assessment } from '../../domain/assessment.js';
import type { CaFacts } from '../../domain/audit/ca.js';
import type { KnownComputer } from '../../domain/known.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { JamfClient, Ports, Telemetry } from '../ports.js';

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
  computers: Ports['computers'];
  profiles: Ports['profiles'];
  /** What the profileAudits of the watched profiles have shown. */
  profileAudits: Ports['profileAudits'];
  /** Asks the CA of a profile what it says of itself. Never throws. */
  askCa: (url: string) => Promise<CaFacts>;
  cursors: Ports['cursors'];
  hints: Ports['hints'];
  limits: Pick<Ports['limits'], 'noteJamf' | 'noteVersion' | 'noteFleet'>;
  profileHints: Ports['profileHints'];
  producers: Ports['producers'];
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
