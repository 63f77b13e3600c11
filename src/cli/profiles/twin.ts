import { randomUUID } from 'node:crypto';
import { loadConfig } from '../../config/load.js';
import type { Secret } from '../../config/values/secret.js';
import { stableSubject } from '../../domain/audit/stable-subject.js';
import type { ProfileDetails } from '../../domain/profile.js';
import type { ScepSettings } from '../../domain/scep.js';
import { JamfError } from '../../domain/jamf-error.js';
import { markOf } from '../../jamf/parsing/scep.js';
import type { NewProfile } from '../../jamf/resources/new-profile.js';
import type { Context } from '../context.js';
import { CliError, EXIT } from '../exit.js';
import { connectTo, serverOf } from '../servers.js';

/** Returns a new UUID in upper case, as Jamf Pro writes UUIDs. */
export const newUuid = (): string => randomUUID().toUpperCase();

/** Options of the second profile. */
interface TwinRequest {
  /** ID of the first profile. */
  twinOf: string;
  instance: string | undefined;
  /** Name of the second profile. Default: the name of the first profile, followed by `(green)`. */
  name: string | undefined;
  /** `null` omits the challenge. The challenge of the first profile is never copied. */
  challenge: Secret | null;
}

/**
 * Reads a profile from Jamf Pro, and returns a second profile with the same SCEP settings and a stable subject.
 * @throws CliError if the first profile does not have exactly one SCEP payload, or if its challenge differs from
 * `challenge`.
 */
export async function twinProfile(
  { twinOf, instance, name, challenge }: TwinRequest,
  context: Context,
): Promise<NewProfile> {
  const first = await readFirst(twinOf, instance, context);
  const [scep, ...more] = first.scep ?? [];
  if (scep === undefined || more.length > 0)
    throw new CliError(
      EXIT.usage,
      `Profile ${twinOf} ("${first.name}") must have exactly one SCEP payload, so that the second profile has the same settings.`,
    );
  const twin: NewProfile = {
    name: name ?? `${first.name} (green)`,
    url: scep.url,
    caName: scep.name,
    subject: stableSubject(scep.attributes),
    challenge,
    keyUsage: scep.keyUsage ?? 1,
    uuid: newUuid(),
    payloadUuid: newUuid(),
  };
  assertSameChallenge(twin, scep, twinOf);
  return twin;
}

async function readFirst(id: string, named: string | undefined, context: Context): Promise<ProfileDetails> {
  const [instance, settings] = serverOf(named, loadConfig(context.environment));
  const jamf = connectTo(instance, settings, context);
  try {
    return await jamf.readProfile(id);
  } catch (error) {
    if (!(error instanceof JamfError) || error.status !== 404) throw error;
    throw new CliError(EXIT.usage, `--twin-of: ${instance} has no configuration profile with the ID ${id}.`);
  } finally {
    jamf.close();
  }
}

/**
 * Checks that the second profile has the same challenge as the first profile, because a SCEP URL has only one secret
 * key.
 * @throws CliError if the challenges differ.
 */
function assertSameChallenge(twin: NewProfile, { challengeMark }: ScepSettings, twinOf: string): void {
  if (twin.challenge === null || challengeMark === null) return;
  if (markOf(twin.challenge.reveal()) === challengeMark) return;
  throw new CliError(
    EXIT.usage,
    `The secret key is not the challenge of profile ${twinOf}. Both profiles need the current secret key of Okta. If the key was reset, update the first profile first: recert profiles rotate.`,
  );
}
