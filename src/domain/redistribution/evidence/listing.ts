import { lastAttempt, type Redistribution } from '../record.js';

/**
 * Stored observations about the command list of a Jamf Pro server. A server may hide or flush acknowledged commands, and its list may not
 * contain InstallProfile commands.
 */
export interface CommandListing {
  /** When an acknowledged InstallProfile was last listed, epoch milliseconds; `null` for never. */
  listedAt: number | null;
  /** Number of renewals since `listedAt` that were verified although their command was not listed as acknowledged. */
  unlisted: number;
}

/** From this number of missing commands on, the cause is assumed to be the server and not a single Mac. */
const SYSTEMATIC = 3;

/** Whether the server is known to list acknowledged commands. If so, a command that is not listed was not sent. */
export function listsCommands({ listedAt, unlisted }: CommandListing): boolean {
  return listedAt !== null && unlisted === 0;
}

/** Whether operators must be informed that the server does not list the commands of installs. */
export function isUnlisted({ unlisted }: CommandListing): boolean {
  return unlisted >= SYSTEMATIC;
}

/**
 * Returns whether a change of a record shows that the server lists acknowledged commands; `null` when it shows neither.
 */
export function listingOf(before: Redistribution, after: Redistribution): 'listed' | 'unlisted' | null {
  if (before.state === after.state) return null;
  const state = lastAttempt(after)?.command?.state ?? null;
  if (after.state === 'verifying') return state === 'ACKNOWLEDGED' ? 'listed' : null;
  const isOurs = after.state === 'verified' && after.proof?.credit === 'recert';
  return isOurs && state !== 'ACKNOWLEDGED' ? 'unlisted' : null;
}
