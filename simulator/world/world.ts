import type { SimulatorOptions } from '../options.js';
import type { Clock } from './clock.js';
import type { Actions, Computers } from './contracts/fleet.js';
import type { CertificateAuthority, Commands } from './contracts/mdm.js';
import type { Groups, Profiles } from './contracts/scoping.js';
import type { Deliveries, Webhooks } from './contracts/webhooks.js';
import type { Inventory, Mac, NamedEntry } from './model.js';
import type { Mishaps, RestApiOperation, WorldEvent, WorldFaults } from './webhook-model.js';

export type { ProfileSettings } from './contracts/scoping.js';
export { WorldError } from './refusal.js';

/** A pretend Jamf Pro without its HTTP. */
export interface World {
  readonly options: SimulatorOptions;
  readonly clock: Clock;
  readonly departments: readonly NamedEntry[];
  readonly buildings: readonly NamedEntry[];
  readonly computers: Computers;
  readonly groups: Groups;
  readonly profiles: Profiles;
  readonly commands: Commands;
  readonly webhooks: Webhooks;
  readonly deliveries: Deliveries;
  readonly ca: CertificateAuthority;
  readonly actions: Actions;
  /** May be changed at any time. */
  readonly faults: WorldFaults;
  readonly mishaps: Mishaps;
  /** What Jamf knows of the certificates and profiles of a computer, or undefined. */
  inventoryOf(computerId: number): Inventory | undefined;
  /** The Mac itself, for tests and the control API; Jamf cannot see it. */
  mac(computerId: number): Mac | undefined;
  /** To be called for each authorised request that a real Jamf would report. */
  restApiOperation(operation: RestApiOperation): void;
  /** True between JSSShutdown and JSSStartup of a restart: nothing answers then. */
  readonly down: boolean;
  /** Hears every event, whether a webhook wants it or not; call what is returned to stop. */
  onEvent(listener: (event: WorldEvent) => void): () => void;
  /** The SCEP URL in the profiles follows. */
  setBaseUrl(url: string): void;
  /** Lets time pass and sends JSSStartup. */
  start(): void;
  /** Stops time and all deliveries. */
  stop(): Promise<void>;
}
