import type { Computer } from '../model.js';
import type { CheckInTrigger } from '../webhook-model.js';

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
  /** Somebody takes a profile, and with it its certificate, off the Mac; Jamf learns it with the next inventory. */
  removeProfile(id: number, profileId: number): void;
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
