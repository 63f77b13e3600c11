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
  /** Whether the certificate is newer than at the previous read of the Mac, whatever caused the renewal. */
  renewed?: boolean;
}

/** Dependencies of the `assess` and `sweep` workers. */
export interface FleetDeps {
  instances: Readonly<Record<string, InstanceConfig>>;
  /** Returns the client of a Jamf Pro server; `null` if the server is not configured. */
  jamf: (instance: string) => JamfClient | null;
  computers: Ports['computers'];
  profiles: Ports['profiles'];
  /** Results of the profile check. */
  profileAudits: Ports['profileAudits'];
  /** Asks the CA at the SCEP URL of a profile for its certificates. Never throws. */
  askCa: (url: string, name: string) => Promise<CaFacts>;
  cursors: Ports['cursors'];
  hints: Ports['hints'];
  limits: Pick<
    Ports['limits'],
    'noteJamf' | 'noteVersion' | 'noteFleet' | 'noteRisk' | 'safetyLimits' | 'openBreaker' | 'closeBreaker'
  >;
  /** Returns the connector to Okta; `null` if it is not configured. */
  okta: Ports['okta'];
  oktaStates: Ports['oktaStates'];
  profileHints: Ports['profileHints'];
  producers: Ports['producers'];
  /** Opens or wakes a redistribution if the assessment requires it. */
  consider: (decided: AssessedMac) => Promise<unknown>;
  /** Counts and reports a renewal that no redistribution reports. */
  recordRenewal: (decided: AssessedMac) => Promise<void>;
  /** Adds a new job for each open redistribution whose job was lost. Returns the number of new jobs. */
  restartLostJobs: (instance: string) => Promise<number>;
  /** Wakes the first redistributions in the wait queue of a watched profile. */
  wakeWaiting: (instance: string, profile: string) => Promise<void>;
  /** Removes Macs whose exclusion has ended from the exclusion groups. Set `atOnce` when the process starts. */
  restoreExcludedMacs: (instance: string, options?: { atOnce?: boolean }) => Promise<void>;
  /** Reads the groups of the watched profiles, and reports membership changes that Recert did not make. */
  watchGroups: (instance: string) => Promise<void>;
  telemetry: Telemetry;
  now: () => number;
  /**
   * Duration of the lock of a job, milliseconds. If its worker does not renew the lock in time, another worker
   * takes the job.
   */
  lockMs: number;
  /** Aborted when the process stops. Long jobs then end as soon as they can be interrupted. */
  stopping: AbortSignal;
}

/**
 * Returns the settings and the client of a Jamf Pro server.
 * @throws Error if the server is not in the configuration.
 */
export function instanceOf(
  deps: Pick<FleetDeps, 'instances' | 'jamf'>,
  instance: string,
): { settings: InstanceConfig; jamf: JamfClient } {
  const settings = deps.instances[instance];
  const jamf = deps.jamf(instance);
  if (!settings || !jamf) throw new Error(`${instance} is not configured on this worker`);
  return { settings, jamf };
}
