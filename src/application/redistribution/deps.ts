import type { JamfClient } from '../../jamf/client.js';
import type { Producers } from '../../queues/producers.js';
import type { ComputerStore } from '../../store/computers/computers.js';
import type { Hints } from '../../store/hints/hints.js';
import type { LimitStore } from '../../store/limits/limits.js';
import type { ProfileStore } from '../../store/profiles/profiles.js';
import type { RedistributionStore } from '../../store/redistributions/redistributions.js';
import type { Telemetry } from '../../telemetry/bus.js';

/** What opening, waking and restarting redistributions needs. */
export interface ConsiderDeps {
  redistributions: Pick<
    RedistributionStore,
    | 'open'
    | 'openFor'
    | 'lastFor'
    | 'attemptsSince'
    | 'openIds'
    | 'noteNews'
    | 'hasNews'
    | 'prune'
    | 'reindexOnce'
  >;
  producers: Pick<Producers, 'startRedistribution' | 'promoteRedistribution' | 'withLiveJob'>;
  telemetry: Telemetry;
  now: () => number;
}

/** What stepping a redistribution needs. */
export interface StepDeps {
  redistributions: Pick<
    RedistributionStore,
    'read' | 'compareAndSet' | 'attemptsSince' | 'takeNews' | 'hasNews' | 'noteNews'
  >;
  limits: Pick<LimitStore, 'paused' | 'look' | 'take' | 'takeCycle' | 'rails' | 'noteJamf' | 'firstInLine'>;
  computers: Pick<ComputerStore, 'get' | 'countStates'>;
  profiles: Pick<ProfileStore, 'watchedProfiles'>;
  hints: Pick<Hints, 'add' | 'watch' | 'unwatch'>;
  producers: Pick<Producers, 'wakeAssess' | 'promoteRedistribution'>;
  /** The client of an instance; `null` when it is not configured (any more). */
  jamf: (instance: string) => JamfClient | null;
  telemetry: Telemetry;
  now: () => number;
}

/** How a run is told on the queue board. */
export type Log = (line: string) => Promise<void>;
