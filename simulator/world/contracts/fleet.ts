import type { Computer } from '../model.js';
import type { CheckInTrigger } from '../webhook-model.js';

/** The computer records of Jamf Pro. */
export interface Computers {
  readonly size: number;
  get(id: number): Computer | undefined;
  byUdid(udid: string): Computer | undefined;
  bySerialNumber(serialNumber: string): Computer | undefined;
  byManagementId(managementId: string): Computer | undefined;
  /** All records by ascending ID. Do not change the array. */
  all(): readonly Computer[];
}

/** Actions of tests and of the control API. An action with an ID throws WorldError unknown-computer. */
export interface Actions {
  /** Overrides the presence pattern of a Mac; `null` restores it. */
  setOnline(id: number, online: boolean | null): void;
  /** Checks in immediately. @throws WorldError invalid if the Mac is offline or Jamf Pro is down */
  checkIn(id: number, trigger?: CheckInTrigger): void;
  /** Reports inventory immediately. @throws WorldError invalid if the Mac is offline or Jamf Pro is down */
  reportInventory(id: number): void;
  /** Renames the Mac. Jamf Pro gets the name with the next inventory report. */
  rename(id: number, name: string): void;
  /** Changes owner, department or building in Jamf Pro, and updates smart groups and scopes. */
  assign(id: number, owner: Partial<Computer['owner']>): void;
  /** Enrolls the Mac, or removes it from management. @throws WorldError invalid if Jamf Pro is down */
  setManaged(id: number, managed: boolean): void;
  /** Removes a profile and its certificate from the Mac, as a user could. Jamf Pro learns of it with the next inventory report. */
  removeProfile(id: number, profileId: number): void;
  /** Erases the Mac and enrolls it again: same record, new management ID, and all profiles are sent again. */
  reEnrol(id: number): void;
  /** Deletes the record, its commands and their history. */
  deleteComputer(id: number): void;
  /** Enrolls a new Mac. The seed and its ID determine its properties. */
  addComputer(): Computer;
  /** Moves the expiry of the Okta certificates in the keychain and in inventory by `byMs`, which may be negative. */
  shiftExpiry(id: number, byMs: number): void;
  /** Restarts Jamf Pro: JSSShutdown now, and JSSStartup after `downMs` of rhythm time (default 60 s). */
  restart(downMs?: number): void;
}
