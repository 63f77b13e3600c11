import type { SimulatorOptions } from '../options.js';
import type { Clock } from './clock.js';
import type { Actions, Computers } from './contracts/fleet.js';
import type { CertificateAuthority, Commands } from './contracts/mdm.js';
import type { Groups, Profiles } from './contracts/scoping.js';
import type { Deliveries, Webhooks } from './contracts/webhooks.js';
import type { Inventory, Mac, NamedEntry, StatusReport } from './model.js';
import type { Mishaps, RestApiOperation, WorldEvent, WorldFaults } from './webhook-model.js';

export type { ProfileSettings } from './contracts/scoping.js';
export { WorldError } from './refusal.js';

/** A simulated Jamf Pro without an HTTP server. */
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
  /** Fault switches, which may be changed at any time. */
  readonly faults: WorldFaults;
  readonly mishaps: Mishaps;
  /** Certificates and profiles of a computer according to Jamf Pro; `undefined` for an unknown ID. */
  inventoryOf(computerId: number): Inventory | undefined;
  /** The actual state of a Mac, for tests and the control API. Jamf Pro cannot see it. */
  mac(computerId: number): Mac | undefined;
  /** The declarative status of a computer; `undefined` if it has reported none. */
  statusOf(computerId: number): StatusReport | undefined;
  /** Emits RestAPIOperation. Must be called for each authorized request that Jamf Pro reports. */
  restApiOperation(operation: RestApiOperation): void;
  /** True between JSSShutdown and JSSStartup of a restart, when Jamf Pro does not respond. */
  readonly down: boolean;
  /** Adds a listener for all events, with or without a webhook. Returns a function that removes it. */
  onEvent(listener: (event: WorldEvent) => void): () => void;
  /** Sets the base URL and updates the SCEP URL in profiles. */
  setBaseUrl(url: string): void;
  /** Starts the clock and emits JSSStartup. */
  start(): void;
  /** Stops the clock and all deliveries. */
  stop(): Promise<void>;
}
