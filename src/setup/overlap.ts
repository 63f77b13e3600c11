import type { ComputerGroup } from '../domain/profile.js';
import { JamfError } from '../domain/jamf-error.js';
import type { JamfSetup } from '../jamf/setup.js';

/** The two static groups for the mechanism overlap, by their keys in the configuration. */
const PURPOSES = ['joinGreen', 'leaveBlue'] as const;

/** Key of a static group in the configuration. */
export type Purpose = (typeof PURPOSES)[number];

/** A group that the mechanism overlap needs in Jamf Pro. */
export interface WantedGroup {
  purpose: Purpose;
  /** Name that Recert gives the group in Jamf Pro. The name shows the purpose of the group. */
  name: string;
  /** ID of the group in the configuration; `null` if it is not configured. */
  configured: string | null;
}

/**
 * A wanted group and the group that was found for it in Jamf Pro, by its configured ID or else by the name that Recert
 * gives it. `found` is `null` when there is none.
 */
export interface GroupCheck extends WantedGroup {
  found: ComputerGroup | null;
}

/**
 * Returns the groups that a watched profile needs. `ourName` is the setting `webhooks.name`, which distinguishes
 * several Recert installations on one Jamf Pro server.
 */
export function wantedGroups(
  ourName: string,
  profile: string,
  configured: Partial<Record<Purpose, string>>,
): WantedGroup[] {
  const words = { joinGreen: 'join green', leaveBlue: 'leave blue' };
  return PURPOSES.map((purpose) => ({
    purpose,
    name: `${ourName} ${profile} ${words[purpose]}`,
    configured: configured[purpose] ?? null,
  }));
}

/** Looks for the groups in Jamf Pro. Changes nothing. @throws JamfError */
export async function checkWantedGroups(
  jamf: JamfSetup,
  wanted: readonly WantedGroup[],
): Promise<GroupCheck[]> {
  const looks: GroupCheck[] = [];
  for (const one of wanted) {
    const named = one.configured === null ? null : await readIfThere(jamf, one.configured);
    looks.push({ ...one, found: named ?? (await jamf.findGroup(one.name)) });
  }
  return looks;
}

async function readIfThere(jamf: JamfSetup, id: string): Promise<ComputerGroup | null> {
  return jamf.readGroup(id).catch((error: unknown) => {
    if (error instanceof JamfError && error.status === 404) return null;
    throw error;
  });
}

/** Result of creating the groups that were missing. */
export interface GroupsCreated {
  looks: readonly GroupCheck[];
  /** Error messages for the groups that could not be created and do not exist. */
  failures: readonly string[];
}

/**
 * Creates the missing groups without members and reads them back. Existing groups are never changed. Only what is
 * read back counts as the result, because a write that timed out may have been executed and must not be repeated.
 * @throws JamfError if reading from Jamf Pro fails.
 */
export async function createGroups(jamf: JamfSetup, wanted: readonly WantedGroup[]): Promise<GroupsCreated> {
  return jamf.inSession(async (session) => {
    const failed = new Map<Purpose, string>();
    for (const { purpose, name, found } of await checkWantedGroups(session, wanted)) {
      if (found) continue;
      await session.createStaticGroup(name).catch((error: unknown) => {
        if (!(error instanceof JamfError)) throw error;
        failed.set(purpose, error.message);
      });
    }
    const looks = await checkWantedGroups(session, wanted);
    const missing = looks.filter(({ found }) => found === null);
    // A missing privilege causes the same error for both groups, so equal messages are listed once.
    return { looks, failures: [...new Set(missing.flatMap(({ purpose }) => failed.get(purpose) ?? []))] };
  });
}
