import type { JamfClient, Ports, Telemetry } from '../ports.js';
import type { WakePorts } from './wake-observed.js';

/** What opening and waking redistributions needs. */
export interface ConsiderDeps {
  redistributions: Pick<
    Ports['redistributions'],
    'open' | 'openFor' | 'lastFor' | 'attemptsSince' | 'signal'
  >;
  producers: Pick<Ports['producers'], 'startRedistribution' | 'promoteRedistribution'>;
  telemetry: Telemetry;
  now: () => number;
  /** ID of the next redistribution; a random UUID if absent. The simulation sets it, so that the same seed gives the same year. */
  newId?: () => string;
}

/** What restarting redistributions that lost their job needs. */
export interface RestartDeps extends WakePorts {
  redistributions: WakePorts['redistributions'] &
    Pick<Ports['redistributions'], 'openIds' | 'hasSignal' | 'prune' | 'reindexOnce'>;
  producers: Pick<Ports['producers'], 'startRedistribution' | 'promoteRedistribution' | 'withLiveJob'>;
  telemetry: Telemetry;
  now: () => number;
}

/** What stepping a redistribution needs. */
export interface StepDeps {
  redistributions: Pick<
    Ports['redistributions'],
    'read' | 'compareAndSet' | 'attemptsSince' | 'consumeSignal' | 'hasSignal' | 'signal'
  >;
  limits: Pick<
    Ports['limits'],
    'paused' | 'look' | 'takePermit' | 'takeCycle' | 'safetyLimits' | 'noteJamf' | 'firstInLine'
  >;
  computers: Pick<Ports['computers'], 'get' | 'countStates'>;
  profiles: Pick<Ports['profiles'], 'watchedProfiles'>;
  hints: Pick<Ports['hints'], 'add' | 'watch' | 'unwatch'>;
  producers: Pick<Ports['producers'], 'wakeAssess' | 'promoteRedistribution'>;
  /** The client of an instance; `null` when it is not configured (any more). */
  jamf: (instance: string) => JamfClient | null;
  telemetry: Telemetry;
  now: () => number;
}

/** How a run is told on the queue board. */
export type JobLog = (line: string) => Promise<void>;
