import { loadConfig } from '../../config/load.js';
import { Secret } from '../../config/values/secret.js';
import { auditSettings } from '../../domain/audit/settings.js';
import type { ProfileDetails } from '../../domain/profile.js';
import { JamfError } from '../../domain/jamf-error.js';
import { type NewProfile, newMobileConfig } from '../../jamf/resources/new-profile.js';
import type { JamfSetup } from '../../jamf/setup.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { printJson } from '../output/print.js';
import { connectTo, serverOf } from '../servers.js';

/** Options of `recert profiles generate --create`, which creates the profile in Jamf Pro. */
export interface CreateOptions {
  instance?: string | undefined;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

const REMAINING = [
  'SCEP, Redistribute Profile: select the number of days. The API does not include this setting. The setting can stay off if Recert is active.',
  'Add targets to the scope, which is empty now. Start with a few Macs.',
];
const PASTE =
  'SCEP, Challenge and Verify Challenge: paste the secret key from Okta before you add a target. Without it, every Mac in scope fails to get a certificate.';

/**
 * Creates a profile with an empty scope in Jamf Pro. Shows the request without the challenge, asks for confirmation,
 * sends the request once, and reads the profile back. Never changes an existing profile.
 * @throws CliError if the name is taken, or if the user cannot be asked for confirmation.
 */
export async function createInJamf(
  profile: NewProfile,
  options: CreateOptions,
  context: Context,
): Promise<ExitCode> {
  const { dryRun, yes, json } = options;
  const [instance, settings] = serverOf(options.instance, loadConfig(context.environment));
  const jamf = connectTo(instance, settings, context);
  try {
    const other = await findByName(jamf, profile.name);
    if (other)
      throw new CliError(
        EXIT.usage,
        `${instance} already has a profile "${profile.name}" (${other.id}). Set another --name.`,
      );
    if (!json) context.out(requestText(instance, profile, context));
    if (dryRun) {
      if (json) printJson(context, { instance, created: null });
      return EXIT.pending;
    }
    if (!yes && !(await context.confirm('Create this profile in Jamf Pro?'))) {
      context.err('Nothing was changed.');
      return EXIT.failed;
    }
    return printResult(instance, await create(jamf, profile), options, context, profile.challenge === null);
  } finally {
    jamf.close();
  }
}

async function findByName(jamf: JamfSetup, name: string) {
  return (await jamf.listProfiles()).find((one) => one.name === name);
}

/**
 * Creates the profile and reads it back by its name. A request that timed out may have been executed, so it is not
 * sent again.
 */
async function create(jamf: JamfSetup, profile: NewProfile): Promise<ProfileDetails> {
  return jamf.inSession(async (session) => {
    const unconfirmed = await session.createProfile(profile).then(
      () => null,
      (error: unknown) => {
        if (error instanceof JamfError && error.inDoubt) return error;
        throw error;
      },
    );
    const created = await findByName(session, profile.name);
    if (created) return session.readProfile(created.id);
    throw unconfirmed ?? new CliError(EXIT.failed, 'Jamf Pro accepted the profile but does not list it.');
  });
}

function printResult(
  instance: string,
  created: ProfileDetails,
  { json }: CreateOptions,
  context: Context,
  withoutChallenge: boolean,
): ExitCode {
  // Two findings are expected and omitted: the empty scope, and a missing challenge if none was given. The operator
  // sets both manually.
  const expected = withoutChallenge ? ['scope', 'challenge'] : ['scope'];
  const findings = auditSettings(created).filter(({ rule }) => !expected.includes(rule));
  if (json)
    printJson(context, {
      instance,
      created: { id: created.id, name: created.name, uuid: created.identifier },
      findings,
    });
  else {
    context.out(`Created "${created.name}" on ${instance}: profile ${created.id}.`);
    for (const { said, todo } of findings) context.err(`${context.colors.red('✗')} ${said}. ${todo}`);
  }
  const steps = [...(withoutChallenge ? [PASTE] : []), ...REMAINING];
  context.err(
    ['Remaining manual steps in Jamf Pro:', ...steps.map((step, at) => `${at + 1}. ${step}`)].join('\n'),
  );
  return findings.length === 0 ? EXIT.done : EXIT.failed;
}

function requestText(instance: string, profile: NewProfile, { colors }: Context): string {
  return [
    colors.bold(instance),
    colors.green(`  + configuration profile "${profile.name}"`),
    '      level: computer',
    '      distribution: Install Automatically',
    '      scope: none',
    '      payloads:',
    ...newMobileConfig({ ...profile, challenge: profile.challenge && new Secret('[hidden]') })
      .split('\n')
      .map((line) => `        ${line}`),
  ].join('\n');
}
