import type { Computer } from '../domain/computer.js';
import type { ComputerGroup, MdmCommand, ProfileDetails } from '../domain/profile.js';

/** A page of inventory. */
export interface ComputerPage {
  /** All that match, not only this page. */
  total: number;
  computers: readonly Computer[];
}

/** Which Macs to list: one condition, or none for the whole fleet. */
export interface ComputerFilter {
  /** Only Macs that reported inventory after this instant. */
  reportedAfter?: number;
  serialNumber?: string;
  username?: string;
  name?: string;
}

/** Something in Jamf as a list shows it. */
export interface Named {
  id: string;
  name: string;
}

/**
 * What Recert asks of one Jamf Pro server, typed and checked at the border.
 * Every call may throw a `JamfError`, which names the call, the instance, the status, what Jamf said and what to do.
 */
export interface JamfClient {
  readonly instance: string;
  /** Version of the server, such as `11.30.1-t1234`. */
  version(): Promise<string>;
  /** Inventory of the Macs with these ids, at most one page; ids that Jamf does not know are absent from the answer. */
  readComputers(ids: readonly string[]): Promise<readonly Computer[]>;
  /** One page of inventory, sorted by id. `page` counts from 0. */
  listComputers(filter: ComputerFilter, page: number): Promise<ComputerPage>;
  /** Id and name of every configuration profile of the server. */
  listProfiles(): Promise<readonly Named[]>;
  readProfile(id: string): Promise<ProfileDetails>;
  readGroup(id: string): Promise<ComputerGroup>;
  /**
   * Adds Macs to a static group, or takes them out, by a Classic delta: atomic, never a replacement of the list.
   * Adding a member again is harmless. Taking out a Mac that is not in it is treated as done.
   */
  addToGroup(groupId: string, computerIds: readonly string[]): Promise<void>;
  removeFromGroup(groupId: string, computerIds: readonly string[]): Promise<void>;
  /** Commands of one type for one Mac and profile that were sent at or after an instant, oldest first. */
  findCommands(query: {
    managementId: string;
    type: 'INSTALL_PROFILE' | 'REMOVE_PROFILE';
    profileId: string;
    sentAfter: number;
  }): Promise<readonly MdmCommand[]>;
  /** Wakes Macs so that they fetch their pending commands. Returns the management ids that Jamf refused. */
  blankPush(managementIds: readonly string[]): Promise<readonly string[]>;
  /**
   * Forgets the failed commands of one Mac, all of them: when the Mac talks to Jamf next, it is sent again what it should have.
   * Never those of a group, and never those that are pending.
   */
  flushFailedCommands(computerId: string): Promise<void>;
  /** Error texts of failed commands of one Mac from its history, newest first, with the name of the command. */
  readFailedCommands(
    computerId: string,
  ): Promise<readonly { name: string; failedAt: number | null; error: string }[]>;
  /**
   * Runs several calls with the same cluster node: a node may lag a minute behind another, so whoever writes and reads back
   * must stay with one. Not for long-lived pollers.
   */
  inSession<T>(work: (client: JamfClient) => Promise<T>): Promise<T>;
}

/** `open`: calls fail at once, Jamf is left alone. `half-open`: one call is on its way to see whether Jamf is back. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** A client with what its owner needs beside the calls. */
export interface JamfConnection extends JamfClient {
  /** Of the breaker of this instance in this process. */
  readonly breakerState: BreakerState;
  /** Ends the connections; for when no call is under way any more. */
  close(): void;
}
