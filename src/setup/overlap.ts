import type { ComputerGroup } from '../domain/profile.js';
import { JamfError } from '../domain/jamf-error.js';
import type { JamfSetup } from '../jamf/setup.js';

/** What each of the two groups of a watched profile is for, by its name in the configuration. */
const PURPOSES = ['joinGreen', 'leaveBlue'] as const;

/** One of them. */
export type Purpose = (typeof PURPOSES)[number];

/** A group that must be there. */
export interface WantedGroup {
  purpose: Purpose;
  /** Its name when we make it: so everybody sees whose it is. */
  name: string;
  /** Its id in the configuration, `null` when it says none yet. */
  configured: string | null;
}

/** A group as it was found: by its configured id, else by our name. */
export interface GroupLook extends WantedGroup {
  found: ComputerGroup | null;
}

/** The groups of a watched profile. `ourName`: `webhooks.name`, by which two Recerts at one Jamf Pro are told apart. */
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

/** Looks for the groups; writes nothing. @throws JamfError */
export async function lookAtGroups(jamf: JamfSetup, wanted: readonly WantedGroup[]): Promise<GroupLook[]> {
  const looks: GroupLook[] = [];
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

/** What came of making the groups that were not there. */
export interface GroupsMade {
  looks: readonly GroupLook[];
  /** What Jamf said no to, a sentence each. One that is there after all is not among them. */
  failures: readonly string[];
}

/**
 * Makes the groups that are not there, with nobody in them, and reads back. Nothing that is there is changed, ours or not. What was done
 * is judged by what is read back: a write that timed out may have arrived, and is not sent again.
 *
 * @throws JamfError when Jamf cannot be read.
 */
export async function makeGroups(jamf: JamfSetup, wanted: readonly WantedGroup[]): Promise<GroupsMade> {
  return jamf.inSession(async (session) => {
    const failed = new Map<Purpose, string>();
    for (const { purpose, name, found } of await lookAtGroups(session, wanted)) {
      if (found) continue;
      await session.createStaticGroup(name).catch((error: unknown) => {
        if (!(error instanceof JamfError)) throw error;
        failed.set(purpose, error.message);
      });
    }
    const looks = await lookAtGroups(session, wanted);
    const missing = looks.filter(({ found }) => found === null);
    return { looks, failures: missing.flatMap(({ purpose }) => failed.get(purpose) ?? []) };
  });
}
