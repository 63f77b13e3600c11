import type { JamfClient, Ports, Telemetry } from '../ports.js';
import type { WakeFittingPorts } from './wake-fitting.js';
import type { WakePorts } from './wake-observed.js';

/** Dependencies for opening and waking redistributions. */
export interface ConsiderDeps {
  redistributions: Pick<
    Ports['redistributions'],
    'open' | 'openFor' | 'lastFor' | 'attemptsSince' | 'signal'
  >;
  limits: Pick<Ports['limits'], 'queue'>;
  producers: Pick<Ports['producers'], 'startRedistribution' | 'promoteRedistribution'>;
  telemetry: Telemetry;
  now: () => number;
  /**
   * Returns the ID of the next redistribution; if absent, a random UUID is used. The simulation sets it so that the
   * same seed always gives the same result.
   */
  newId?: () => string;
}

/** Dependencies for adding lost jobs again. */
export interface RestartDeps extends WakePorts {
  computers: WakeFittingPorts['computers'];
  redistributions: WakePorts['redistributions'] &
    Pick<Ports['redistributions'], 'openIds' | 'hasSignal' | 'prune' | 'reindexOnce'>;
  producers: Pick<Ports['producers'], 'startRedistribution' | 'promoteRedistribution' | 'withLiveJob'>;
  telemetry: Telemetry;
  now: () => number;
}

/** Dependencies for processing a redistribution. */
export interface StepDeps {
  redistributions: Pick<
    Ports['redistributions'],
    'read' | 'readMany' | 'compareAndSet' | 'attemptsSince' | 'consumeSignal' | 'hasSignal' | 'signal'
  >;
  limits: Pick<
    Ports['limits'],
    | 'paused'
    | 'look'
    | 'takePermit'
    | 'takeCycle'
    | 'safetyLimits'
    | 'noteJamf'
    | 'firstInLine'
    | 'listing'
    | 'noteListing'
    | 'status'
    | 'noteStatus'
  >;
  computers: Pick<Ports['computers'], 'get' | 'countStates' | 'declare'>;
  profiles: Pick<Ports['profiles'], 'watchedProfiles'>;
  hints: Pick<Ports['hints'], 'add' | 'watch' | 'unwatch'>;
  natives: Pick<Ports['natives'], 'claim' | 'count'>;
  producers: Pick<Ports['producers'], 'wakeAssess' | 'promoteRedistribution'>;
  /** Returns the client of a Jamf Pro server; `null` when the server is not, or no longer, configured. */
  jamf: (instance: string) => JamfClient | null;
  telemetry: Telemetry;
  now: () => number;
}

/** Adds a line to the log of the job, which the queue board shows. */
export type JobLog = (line: string) => Promise<void>;
