import { writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import { computerPage } from '../../contract/resources/computer.js';
import type { Secret } from '../../config/values/secret.js';
import { auditSettings } from '../../domain/audit/settings.js';
import { type Attribute, subjectText } from '../../domain/audit/attribute-type.js';
import { subjectOf } from '../../domain/audit/subject.js';
import { type NewProfile, newMobileConfig, newProfileXml } from '../../jamf/resources/new-profile.js';
import { scepIn } from '../../jamf/parsing/scep.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { mustBeAgreed } from '../servers.js';
import { createInJamf } from './create.js';
import { readChallenge } from './challenge.js';
import type { generateOptions } from './options.js';
import { newUuid, twinProfile } from './twin.js';

/**
 * Candidates for the common name. The first candidate that fits every Mac is used. No candidate contains the
 * computer name, because a renamed Mac would then get a certificate with another subject.
 */
const COMMON_NAMES = ['$SERIALNUMBER ma $PROFILE_IDENTIFIER', '$JSSID ma $PROFILE_IDENTIFIER'] as const;
const [SAFE_COMMON_NAME] = COMMON_NAMES;

const MANUAL_STEPS = `Remaining manual steps in Jamf Pro:
  1. Upload the .mobileconfig (Computers, Configuration Profiles, Upload), or POST the .xml to /JSSResource/osxconfigurationprofiles/id/0.
  2. SCEP, Redistribute Profile: select the days. The API does not expose this setting. It can stay off if Recert is active.
  3. Add a scope, a few Macs first.
  4. Delete both files: they contain the challenge in plain text.`;

type Options = z.output<typeof generateOptions> & { json: boolean };

/**
 * Generates a profile that passes the profile check, and writes it to files or creates it in Jamf Pro. With
 * `--twin-of`, the profile is the second (green) profile for an existing profile. The SCEP challenge comes from a
 * file or an environment variable, because other users of the machine can read the command line.
 */
export async function generateProfile(options: Options, client: Client, context: Context): Promise<ExitCode> {
  if (!options.create && (options.dryRun || options.yes))
    throw new CliError(
      EXIT.usage,
      '--dry-run and --yes require --create; without it, Jamf Pro is not changed.',
    );
  if (options.create) mustBeAgreed(options, context);
  const challenge = await readChallenge(options.challengeFile, context);
  const { twinOf } = options;
  const profile =
    twinOf === undefined
      ? await newProfile(options, challenge, client, context)
      : await twinProfile({ twinOf, instance: options.instance, name: options.name, challenge }, context);
  assertPasses(newMobileConfig(profile), profile);
  if (options.create) return createInJamf(profile, options, context);
  const { out } = options;
  await write(`${out}.mobileconfig`, newMobileConfig(profile));
  await write(`${out}.xml`, newProfileXml(profile));
  context.out(
    `Written: ${out}.mobileconfig and ${out}.xml, with the subject ${subjectText(profile.subject)}.`,
  );
  context.err(MANUAL_STEPS);
  return EXIT.done;
}

async function newProfile(
  { name, scepUrl, offline, instance, twinOf }: Options,
  challenge: Secret | null,
  client: Client,
  context: Context,
): Promise<NewProfile> {
  if (name === undefined || scepUrl === undefined || twinOf !== undefined)
    throw new CliError(
      EXIT.usage,
      'Set --name and --scep-url for a new profile, or --twin-of for the second profile of an existing one.',
    );
  if (challenge === null)
    throw new CliError(
      EXIT.usage,
      'The secret key from Okta is missing. Set --challenge-file or RECERT_SCEP_CHALLENGE.',
    );
  const [uuid, payloadUuid] = [newUuid(), newUuid()];
  const commonName = offline ? SAFE_COMMON_NAME : await fittingCommonName(client, uuid, instance, context);
  const subject: Attribute[] = [['CN', commonName]];
  return { name, url: scepUrl, caName: name, subject, challenge, keyUsage: 1, uuid, payloadUuid };
}

async function fittingCommonName(
  client: Client,
  identifier: string,
  instance: string | undefined,
  { err }: Context,
): Promise<string> {
  const left = new Set<string>(COMMON_NAMES);
  let macs = 0;
  let cursor: string | undefined;
  do {
    const query = { instance, limit: 500, cursor };
    const page = await client({ path: 'computers', query, answer: computerPage });
    for (const { id, name, serialNumber } of page.computers) {
      macs += 1;
      const facts = {
        id,
        name,
        serialNumber,
        udid: '',
        managementId: '',
        username: '',
        realName: '',
        email: '',
      };
      for (const commonName of left) {
        const { tooLong, blank } = subjectOf(
          { attributes: [['CN', commonName]] },
          { id: '', identifier },
          facts,
        );
        if (tooLong.length > 0 || blank.length > 0) left.delete(commonName);
      }
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && left.size > 0);
  const [first] = left;
  if (first === undefined)
    throw new CliError(EXIT.failed, 'No candidate for the certificate subject fits every Mac.');
  // If Recert knows no Mac, no candidate was checked. The serial number is then the safe choice, because it does not
  // change when a Mac is renamed.
  err(macs === 0 ? 'Recert knows no Mac yet.' : `Checked the certificate subject for ${macs} Macs.`);
  return macs === 0 ? SAFE_COMMON_NAME : first;
}

/** Runs the profile check on the generated profile. @throws CliError with the findings if there are any. */
function assertPasses(mobileConfig: string, { uuid, name, challenge }: NewProfile): void {
  const emptyScope = { computerIds: [], groupIds: [], departments: [], buildings: [] };
  const findings = auditSettings({
    id: '0',
    name,
    identifier: uuid,
    level: 'System',
    install: 'automatic',
    unseenScope: { limitedBy: [], users: false },
    scope: { ...emptyScope, allComputers: true, exclusions: emptyScope },
    scep: scepIn(mobileConfig),
  }).filter(({ rule }) => rule !== 'challenge' || challenge !== null);
  if (findings.length > 0)
    throw new CliError(EXIT.usage, findings.map(({ said, todo }) => `${said}. ${todo}`).join('\n'));
}

/** Writes a file that only its owner can read. An existing file is never overwritten. */
async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new CliError(
      EXIT.usage,
      code === 'EEXIST'
        ? `${file} already exists. Set another path with --out.`
        : `Cannot write ${file} (${code}).`,
    );
  }
}
