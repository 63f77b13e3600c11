import type { Assessment } from '../../src/domain/assessment.js';
import type { Assessable } from '../../src/domain/known.js';
import type { WatchedProfile } from '../../src/domain/watched.js';
import type { JamfClient } from '../../src/jamf/client.js';
import type { Producers } from '../../src/queues/producers.js';
import type { ComputerStore } from '../../src/store/computers.js';
import type { LimitStore } from '../../src/store/limits.js';
import type { RedistributionStore } from '../../src/store/redistributions.js';
import type { Telemetry } from '../../src/telemetry/bus.js';

/** Who asks for inventory to be read soon, and which Macs' check-ins deserve it. */
export interface Watching {
  /** Asks the assess worker to read one Mac soon, together with others. */
  askInventory(instance: string, computerId: string): Promise<void>;
  /** From now on every check-in of this Mac is a hint, until `unwatch`. */
  watch(instance: string, computerId: string): Promise<void>;
  unwatch(instance: string, computerId: string): Promise<void>;
}

/** What opening and waking a redistribution needs. */
export interface ConsiderDeps {
  redistributions: RedistributionStore;
  producers: Producers;
  watching: Watching;
  telemetry: Telemetry;
  now: () => number;
}

/** What stepping a redistribution needs. */
export interface StepDeps {
  redistributions: RedistributionStore;
  limits: LimitStore;
  computers: Pick<ComputerStore, 'get'>;
  watching: Watching;
  /** The client of an instance; `null` when it is no longer configured. */
  jamf: (instance: string) => JamfClient | null;
  /** `null` while it is not known what Jamf says of the profile, or when it is no longer configured. */
  watched: (instance: string, profile: string) => Promise<WatchedProfile | null>;
  assess: (watched: WatchedProfile, computer: Assessable, now: number) => Assessment;
  telemetry: Telemetry;
  now: () => number;
}
