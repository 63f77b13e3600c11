import type { ComputerGroup } from '../domain/profile.js';
import { JamfError } from '../domain/jamf-error.js';
import type { JamfSetup } from '../jamf/setup.js';

/** The two static groups of a monitored profile, by their configuration key. */
const PURPOSES = ['joinGreen', 'leaveBlue'] as const;

/** Configuration key of a static group. */
export type Purpose = (typeof PURPOSES)[number];

/** A group that must exist. */
export interface WantedGroup {
  purpose: Purpose;
  /** Name that Recert gives the group. It shows the purpose in Jamf Pro. */
  name: string;
  /** ID in the configuration, or `null`. */
  configured: string | null;
}

/** A group as found in Jamf Pro by its configured ID, otherwise by the name that Recert gives it. */
export interface GroupCheck extends WantedGroup {
  found: ComputerGroup | null;
}

/** Returns the groups of a monitored profile. `ourName`: `webhooks.name`, which distinguishes several Recert installations on one server. */
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

/** Finds the groups in Jamf Pro. Changes nothing. @throws JamfError */
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

/** Result of creating the missing groups. */
export interface GroupsCreated {
  looks: readonly GroupCheck[];
  /** Error messages of the groups that could not be created and do not exist. */
  failures: readonly string[];
}

/**
 * Creates the missing groups without members and reads them back. Never changes existing groups. The result is determined by reading
 * back, because a write that timed out may have been executed and must not be repeated.
 *
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
    return { looks, failures: missing.flatMap(({ purpose }) => failed.get(purpose) ?? []) };
  });
}
