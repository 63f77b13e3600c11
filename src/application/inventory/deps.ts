import type { InstanceConfig } from '../../config/sections/instance.js';
import type { Assessment } from '../../domain/assessment.js';
import type { CaFacts } from '../../domain/audit/ca.js';
import type { KnownComputer } from '../../domain/known.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { JamfClient, Ports, Telemetry } from '../ports.js';

/** A Mac with its assessment for one watched profile. */
export interface AssessedMac {
  computer: KnownComputer;
  watched: WatchedProfile;
  assessment: Assessment;
  /** True if the certificate was renewed since the previous reading, by Recert or otherwise. */
  renewed?: boolean;
}

/** Dependencies of the `assess` and `sweep` workers. */
export interface FleetDeps {
  instances: Readonly<Record<string, InstanceConfig>>;
  /** Returns the client of an instance; `null` if the instance is not configured. */
  jamf: (instance: string) => JamfClient | null;
  computers: Ports['computers'];
  profiles: Ports['profiles'];
  /** Results of the profile checks. */
  profileAudits: Ports['profileAudits'];
  /** Queries the CA at the SCEP URL of a profile. Never throws. */
  askCa: (url: string, name: string) => Promise<CaFacts>;
  cursors: Ports['cursors'];
  hints: Ports['hints'];
  limits: Pick<Ports['limits'], 'noteJamf' | 'noteVersion' | 'noteFleet'>;
  profileHints: Ports['profileHints'];
  producers: Ports['producers'];
  /** Opens or wakes a redistribution if the assessment requires it. */
  consider: (decided: AssessedMac) => Promise<unknown>;
  /** Records and reports a renewal without an open redistribution. */
  recordRenewal: (decided: AssessedMac) => Promise<void>;
  /** Adds a new job for each open redistribution that lost its job. Returns their number. */
  restartLostJobs: (instance: string) => Promise<number>;
  /** Restores Macs that should no longer be in an exclusion group. Set `atOnce` at startup. */
  restoreExcludedMacs: (instance: string, options?: { atOnce?: boolean }) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
  /** Lock duration of a job, milliseconds. If its worker does not renew the lock in time, another worker takes the job. */
  lockMs: number;
  /** Aborted when the process stops. Long jobs then end at the next consistent point. */
  stopping: AbortSignal;
}

/** Returns the settings and the client of an instance. @throws Error if the instance is not, or no longer, configured. */
export function instanceOf(
  deps: Pick<FleetDeps, 'instances' | 'jamf'>,
  instance: string,
): { settings: InstanceConfig; jamf: JamfClient } {
  const settings = deps.instances[instance];
  const jamf = deps.jamf(instance);
  if (!settings || !jamf) throw new Error(`${instance} is not configured on this worker`);
  return { settings, jamf };
}
