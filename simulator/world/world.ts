import type { SimulatorOptions } from '../options.js';
import type { Clock } from './clock.js';
import type {
  Command,
  CommandHistory,
  CommandType,
  Computer,
  ComputerGroup,
  Inventory,
  Issuance,
  Mac,
  NamedEntry,
  Profile,
  SmartGroupCriterion,
} from './model.js';
import type {
  CheckInTrigger,
  Delivery,
  DeliveryOutcome,
  RestApiOperation,
  Webhook,
  WebhookSettings,
  WorldEvent,
  WorldFaults,
} from './webhook-model.js';

export { WorldError } from './refusal.js';

/** The computer records of Jamf. */
export interface Computers {
  readonly size: number;
  get(id: number): Computer | undefined;
  byUdid(udid: string): Computer | undefined;
  bySerialNumber(serialNumber: string): Computer | undefined;
  byManagementId(managementId: string): Computer | undefined;
  /** All of them by ascending id; do not change the array. */
  all(): readonly Computer[];
}

/** Which members to add to and take from a static group. */
export interface MembershipChange {
  add?: readonly number[];
  remove?: readonly number[];
}

/** Computer groups, static and smart. */
export interface Groups {
  all(): readonly ComputerGroup[];
  get(id: number): ComputerGroup | undefined;
  byName(name: string): ComputerGroup | undefined;
  /** Groups that a computer is a member of. */
  ofComputer(id: number): ComputerGroup[];
  /** @throws WorldError duplicate-name, unknown-computer, unmanaged */
  createStatic(input: { name: string; description?: string; members?: readonly number[] }): ComputerGroup;
  /** @throws WorldError duplicate-name */
  createSmart(input: {
    name: string;
    description?: string;
    criteria: readonly SmartGroupCriterion[];
  }): ComputerGroup;
  /** @throws WorldError not-found, duplicate-name */
  rename(id: number, name: string, description?: string): void;
  /**
   * Adds and removes members of a static group, all or nothing. Adding a member again is no change.
   * @throws WorldError not-found, smart-group, unknown-computer, unmanaged, not-a-member
   */
  changeMembers(id: number, change: MembershipChange): void;
  /** The members are now exactly these. @throws as changeMembers */
  replaceMembers(id: number, members: readonly number[]): void;
  /** @throws WorldError not-found */
  delete(id: number): void;
  /** Works out a smart group again; says how many members it has. @throws WorldError not-found */
  recalculate(id: number): number;
}

/** What may be said of a profile when it is created or changed. */
export type ProfileSettings = Partial<
  Pick<
    Profile,
    | 'name'
    | 'description'
    | 'level'
    | 'distributionMethod'
    | 'userRemovable'
    | 'uuid'
    | 'payloads'
    | 'redistributeDays'
    | 'scope'
  >
>;

/** macOS configuration profiles. */
export interface Profiles {
  all(): readonly Profile[];
  get(id: number): Profile | undefined;
  byName(name: string): Profile | undefined;
  /** @throws WorldError duplicate-name, invalid (payloads are no plist) */
  create(settings: ProfileSettings & { name: string }): Profile;
  /**
   * Changes what is given and nothing else; a changed scope sends commands to the Macs concerned,
   * changed payloads none (that takes `redeployAll`).
   * @throws WorldError not-found, duplicate-name, invalid
   */
  update(id: number, settings: ProfileSettings): Profile;
  /** RemoveProfile goes to all Macs in scope. @throws WorldError not-found */
  delete(id: number): void;
  /** Whether a computer is in the scope of a profile now. */
  inScope(profileId: number, computerId: number): boolean;
  /** Ids of all computers in scope now, managed or not. */
  scopeOf(profileId: number): ReadonlySet<number>;
  /** InstallProfile to the whole scope, as `redeploy_on_update=All`. Says to how many. @throws WorldError not-found */
  redeployAll(id: number): number;
  /** Puts another challenge into a SCEP profile, as an admin does after a reset. @throws WorldError not-found, invalid */
  setChallenge(id: number, challenge: string): void;
}

/** The MDM command queue and its history. */
export interface Commands {
  /** All, by the time they were sent; do not change the array. */
  all(): readonly Command[];
  get(uuid: string): Command | undefined;
  ofManagementId(managementId: string): readonly Command[];
  ofComputer(computerId: number): readonly Command[];
  ofProfile(profileId: number): readonly Command[];
  history(computerId: number): CommandHistory;
  /** Puts a command into the queue of a Mac. @throws WorldError unknown-computer, unmanaged */
  send(managementId: string, type: CommandType): Command;
  /** Wakes the queues; answers the management ids that are not known. */
  blankPush(managementIds: readonly string[]): string[];
  /** Flushes commands of a computer, of any kind. Says how many. @throws WorldError unknown-computer */
  flush(computerId: number, what: { pending?: boolean; failed?: boolean }): number;
}

/** Webhook objects. Names are unique. */
export interface Webhooks {
  all(): readonly Webhook[];
  get(id: number): Webhook | undefined;
  byName(name: string): Webhook | undefined;
  /** @throws WorldError duplicate-name */
  create(settings: Partial<WebhookSettings> & { name: string; url: string; event: string }): Webhook;
  /** @throws WorldError not-found, duplicate-name */
  update(id: number, settings: Partial<WebhookSettings>): Webhook;
  /** @throws WorldError not-found */
  delete(id: number): void;
}

/** What became of the webhooks sent. */
export interface Deliveries {
  /** Counts since the start; `doubled` counts the second copies, `waiting` what is not done yet. */
  counts(): Record<DeliveryOutcome, number> & { doubled: number; waiting: number };
  /** Delivered ones by event name. */
  deliveredByEvent(): Record<string, number>;
  /** The last deliveries, newest last. */
  log(): readonly Delivery[];
  /** Resolves when nothing waits or is under way. */
  idle(): Promise<void>;
}

/** The certificate authority behind the Okta SCEP profiles. */
export interface CertificateAuthority {
  /** The log since the start, oldest first. */
  log(): readonly Issuance[];
  /** Certificates issued since the start, by computer id: the oracle of every end-to-end test. */
  issuedByComputer(): ReadonlyMap<number, number>;
  /** The text of GetCACaps. */
  caps(): string;
  /** The CA's own certificate, DER. */
  caCertificate(): Promise<Uint8Array>;
  /** DER of a certificate by serial number (hex), those of the initial fleet included. */
  certificate(serialNumber: string): Promise<Uint8Array | undefined>;
  /** Somebody sent a renewal request; it is logged, and never granted. */
  refuseRenewal(serialNumber: string): void;
  /** The path of the SCEP endpoint, `/pki/<40 hex>/scep/<id>`. */
  readonly scepPath: string;
  /** The secret now valid. */
  readonly challenge: string;
  /** Resets the secret: profiles that carry the old one fail to enrol. Returns the new one. */
  resetChallenge(): string;
}

/** What tests and the control API may do to the fleet. All @throws WorldError unknown-computer. */
export interface Actions {
  /** Overrides the pattern; null gives the Mac back to its pattern. */
  setOnline(id: number, online: boolean | null): void;
  /** The Mac must be online. @throws WorldError invalid when it is not */
  checkIn(id: number, trigger?: CheckInTrigger): void;
  /** Reports inventory at once. @throws WorldError invalid when the Mac is offline */
  reportInventory(id: number): void;
  /** Renames the Mac; Jamf learns it with the next inventory. */
  rename(id: number, name: string): void;
  /** Changes owner, department or building in Jamf, smart groups and scopes follow. */
  assign(id: number, owner: Partial<Computer['owner']>): void;
  setManaged(id: number, managed: boolean): void;
  /** Wiped and enrolled again: new management id, same record, all profiles come anew. */
  reEnrol(id: number): void;
  deleteComputer(id: number): void;
  /** A new Mac enrols; with a seed of its own it is still the same in every run. */
  addComputer(): Computer;
  /** Moves the expiry of the Okta certificates in the keychain and in the inventory by so much. */
  shiftExpiry(id: number, byMs: number): void;
  /** JSSShutdown, and JSSStartup after a duration of the rhythm (default 60 s). */
  restart(downMs?: number): void;
}

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

export { createWorld } from './build.js';
