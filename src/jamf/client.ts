import type { Computer } from '../domain/computer.js';
import type { ComputerGroup, MdmCommand, ProfileDetails } from '../domain/profile.js';
import type { Fence } from '../domain/fence.js';
import type { StatusAnswer } from '../domain/redistribution/evidence/status.js';

/** A page of inventory from Jamf Pro. */
export interface ComputerPage {
  /** Number of all matching Macs, not only of those on this page. */
  total: number;
  computers: readonly Computer[];
  /** Number of records on the page, including records that could not be read. Default: the number of `computers`. */
  records?: number;
  /**
   * IDs of Macs whose records Jamf Pro could not return or Recert could not parse. Recert keeps the stored data of
   * these Macs.
   */
  setAside?: readonly string[];
  /**
   * Positions of unreadable records whose ID Jamf Pro does not return either, such as `record 150 in the order of IDs`.
   */
  withoutId?: readonly string[];
}

/** Selects the Macs to list. An empty filter selects the whole fleet; a Mac must meet all conditions that are set. */
export interface ComputerFilter {
  /** Only Macs that reported inventory after this time, epoch milliseconds. */
  reportedAfter?: number;
  serialNumber?: string;
  username?: string;
  name?: string;
}

/** ID and name of an object in Jamf Pro, as the list calls return them. */
export interface NamedObject {
  id: string;
  name: string;
}

/**
 * Calls to one Jamf Pro server. All responses are validated. Every call may throw a `JamfError`, which contains the
 * name of the server, the call, the status, the error text of Jamf Pro and the recommended action. Every write takes a
 * fence: a check that runs immediately before each attempt is sent. If the fence refuses the write, the call throws a
 * `FencedError`.
 */
export interface JamfClient {
  readonly instance: string;
  /** Returns the version of the server, such as `11.30.1-t1234`. */
  version(): Promise<string>;
  /**
   * Returns the inventory of the Macs with these IDs, read in pages. The result omits IDs that Jamf Pro does not know.
   * If the record of a Mac cannot be read, the call passes its ID to `setAside` and returns all other Macs; without
   * `setAside`, the call fails.
   */
  readComputers(ids: readonly string[], setAside?: (id: string) => void): Promise<readonly Computer[]>;
  /**
   * Returns one page of inventory, sorted by ID. `page` starts at 0. A record that cannot be read does not make
   * the page fail.
   */
  listComputers(filter: ComputerFilter, page: number): Promise<ComputerPage>;
  /** Returns ID and name of every macOS configuration profile on the server. */
  listProfiles(): Promise<readonly NamedObject[]>;
  readProfile(id: string): Promise<ProfileDetails>;
  readGroup(id: string): Promise<ComputerGroup>;
  /**
   * Adds Macs to a static group, or removes them, with an atomic Classic API change that never replaces the member list.
   * Adding a member again has no effect. Removing a Mac that is not a member counts as success.
   */
  addToGroup(groupId: string, computerIds: readonly string[], fence: Fence): Promise<void>;
  removeFromGroup(groupId: string, computerIds: readonly string[], fence: Fence): Promise<void>;
  /**
   * Returns the commands of one type for one Mac and profile that were sent at or after `sentAfter` (epoch
   * milliseconds), oldest first.
   */
  findCommands(query: {
    managementId: string;
    type: 'INSTALL_PROFILE' | 'REMOVE_PROFILE';
    profileId: string;
    sentAfter: number;
  }): Promise<readonly MdmCommand[]>;
  /**
   * Sends a blank push, so that the Macs receive their pending commands. Returns the management IDs that Jamf Pro
   * rejected.
   */
  blankPush(managementIds: readonly string[], fence: Fence): Promise<readonly string[]>;
  /**
   * Deletes all failed commands of one Mac. When the Mac next contacts Jamf Pro, Jamf Pro sends it the missing profiles
   * again. The call changes neither groups nor pending commands.
   */
  flushFailedCommands(computerId: string, fence: Fence): Promise<void>;
  /** Returns the failed commands in the history of one Mac, newest first, each with its name and error text. */
  readFailedCommands(
    computerId: string,
  ): Promise<readonly { name: string; failedAt: number | null; error: string }[]>;
  /**
   * Returns the certificates that a Mac reported in its declarative status. Throws no `JamfError`: if there are no
   * certificates to return, the result contains the reason.
   */
  readStatus(managementId: string): Promise<StatusAnswer>;
  /**
   * Runs several calls on the same cluster node. Nodes synchronize about once a minute, so a read that verifies a write
   * must use the same node. Do not use such a session for long polling. Source: developer.jamf.com, sticky sessions for
   * Jamf Cloud.
   */
  inSession<T>(work: (client: JamfClient) => Promise<T>): Promise<T>;
}

/** `open`: calls fail immediately without being sent. `half-open`: one trial call checks whether Jamf Pro responds again. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** A client with its connections, which must be closed. */
export interface JamfConnection extends JamfClient {
  /** State of the circuit breaker for calls to this server, in this process. */
  readonly breakerState: BreakerState;
  /** Closes the connections. Must be called only when no call is in progress. */
  close(): void;
}
