import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { computerPage } from '../../contract/resources/computer.js';
import { Secret } from '../../config/values/secret.js';
import { auditSettings } from '../../domain/audit/settings.js';
import { subjectOf } from '../../domain/audit/subject.js';
import { type NewProfile, newMobileConfig, newProfileXml } from '../../jamf/resources/new-profile.js';
import { scepIn } from '../../jamf/parsing/scep.js';
import type { Client } from '../http/client.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { createInJamf } from './create.js';

/** Subjects of which the first that fits every Mac is taken: the most telling one first. */
const COMMON_NAMES = [
  '$COMPUTERNAME ma $PROFILE_IDENTIFIER',
  '$SERIALNUMBER ma $PROFILE_IDENTIFIER',
  '$JSSID ma $PROFILE_IDENTIFIER',
] as const;

/** The one that fits whatever a Mac is called. */
const SAFE = COMMON_NAMES[1];

/** What `recert profiles generate` is told. */
export const generateOptions = z.object({
  name: z.string().trim().min(1).max(255),
  scepUrl: z.url({ protocol: /^https?$/, error: 'is the SCEP URL that Okta shows' }),
  challengeFile: z.string().optional(),
  out: z.string().default('okta-scep'),
  offline: z.boolean().default(false),
  create: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  yes: z.boolean().default(false),
  instance: z.string().optional(),
});

const DONE_BY_HAND = `What remains by hand in Jamf Pro:
  1. Upload the .mobileconfig (Computers, Configuration Profiles, Upload), or POST the .xml to /JSSResource/osxconfigurationprofiles/id/0.
  2. SCEP, Redistribute Profile: choose the days. Jamf keeps this setting from its API. It may stay off where Recert acts.
  3. Give it a scope: a few Macs first.
  4. Delete both files: the challenge stands in them in clear.`;

/**
 * Writes a profile that the audit finds nothing wrong with to files, or makes it in Jamf. The challenge comes from a file or the
 * environment, never the command line.
 */
export async function generateProfile(
  options: z.output<typeof generateOptions> & { json: boolean },
  client: Client,
  context: Context,
): Promise<ExitCode> {
  const { name, scepUrl, challengeFile, out, offline, instance } = options;
  if (!options.create && (options.dryRun || options.yes))
    throw new CliError(EXIT.usage, '--dry-run and --yes belong to --create: without it Jamf is not changed.');
  const challenge = await readChallenge(challengeFile, context);
  const uuid = randomUUID().toUpperCase();
  const commonName = offline ? SAFE : await fitting(client, uuid, instance, context);
  const payloadUuid = randomUUID().toUpperCase();
  const profile: NewProfile = { name, url: scepUrl, commonName, challenge, uuid, payloadUuid };
  const mobileConfig = newMobileConfig(profile);
  mustPass(mobileConfig, profile);
  if (options.create) return createInJamf(profile, options, context);
  await write(`${out}.mobileconfig`, mobileConfig);
  await write(`${out}.xml`, newProfileXml(profile));
  context.out(`${out}.mobileconfig and ${out}.xml are written, with the subject CN=${commonName}.`);
  context.err(DONE_BY_HAND);
  return EXIT.done;
}

async function readChallenge(file: string | undefined, { environment }: Context): Promise<Secret> {
  const text =
    file === undefined
      ? environment.RECERT_SCEP_CHALLENGE
      : await readFile(file, 'utf8').catch(() => {
          throw new CliError(EXIT.usage, `--challenge-file: ${file} cannot be read`);
        });
  const challenge = text?.trim() ?? '';
  if (challenge === '')
    throw new CliError(
      EXIT.usage,
      'Where is the secret key of Okta? Name a file with --challenge-file, or set RECERT_SCEP_CHALLENGE.',
    );
  return new Secret(challenge);
}

async function fitting(
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
        const { tooLong, blank } = subjectOf({ attributes: [['CN', commonName]] }, identifier, facts);
        if (tooLong.length > 0 || blank.length > 0) left.delete(commonName);
      }
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && left.size > 0);
  const [first] = left;
  if (first === undefined) throw new CliError(EXIT.failed, 'No subject fits every Mac of the fleet.');
  // Of no Mac nothing is known: a name that fits today's none may not fit tomorrow's first.
  err(macs === 0 ? 'No Mac is known yet.' : `The subject was measured for ${macs} Macs.`);
  return macs === 0 ? SAFE : first;
}

/** Our own audit, before anything is written. */
function mustPass(mobileConfig: string, { uuid, name }: NewProfile): void {
  const nobody = { computerIds: [], groupIds: [], departments: [], buildings: [] };
  const findings = auditSettings({
    id: '0',
    name,
    identifier: uuid,
    level: 'System',
    install: 'automatic',
    unseenScope: { limitedBy: [], users: false },
    scope: { ...nobody, allComputers: true, exclusions: nobody },
    scep: scepIn(mobileConfig),
  });
  if (findings.length > 0)
    throw new CliError(EXIT.usage, findings.map(({ said, todo }) => `${said}. ${todo}`).join('\n'));
}

/** For its owner alone, and never over a file that is there: it might be somebody's. */
async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new CliError(
      EXIT.usage,
      code === 'EEXIST'
        ? `${file} is there already: name another with --out.`
        : `${file} cannot be written (${code})`,
    );
  }
}
