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
import { connectTo, mustBeAgreed, serverOf } from '../servers.js';

/** How a profile is made in Jamf. */
export interface CreateOptions {
  instance?: string | undefined;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

const DONE_BY_HAND = `What remains by hand in Jamf Pro:
  1. SCEP, Redistribute Profile: choose the days. Jamf keeps this setting from its API. It may stay off where Recert acts.
  2. Give it a scope: a few Macs first. It is in nobody's scope now.`;

/**
 * Makes a profile in Jamf, in nobody's scope: shows what will be sent, without the challenge, asks, sends it once, and reads back what
 * Jamf made of it. A name that is taken is refused before anything is sent; no profile is ever changed.
 */
export async function createInJamf(
  profile: NewProfile,
  options: CreateOptions,
  context: Context,
): Promise<ExitCode> {
  mustBeAgreed(options, context);
  const { dryRun, yes, json } = options;
  const [instance, settings] = serverOf(options.instance, loadConfig(context.environment));
  const jamf = connectTo(instance, settings, context);
  try {
    const other = await byName(jamf, profile.name);
    if (other)
      throw new CliError(
        EXIT.usage,
        `${instance} has a profile "${profile.name}" already (${other.id}): give this one another --name.`,
      );
    if (!json) context.out(shown(instance, profile, context));
    if (dryRun) {
      if (json) printJson(context, { instance, created: null });
      return EXIT.pending;
    }
    if (!yes && !(await context.confirm('Make this profile in Jamf?'))) {
      context.err('Nothing was changed.');
      return EXIT.failed;
    }
    return tell(instance, await create(jamf, profile), options, context);
  } finally {
    jamf.close();
  }
}

async function byName(jamf: JamfSetup, name: string) {
  return (await jamf.listProfiles()).find((one) => one.name === name);
}

/** Whether it was made is judged by what Jamf shows afterwards: a request that had no answer may have arrived, and is not sent again. */
async function create(jamf: JamfSetup, profile: NewProfile): Promise<ProfileDetails> {
  return jamf.inSession(async (session) => {
    const refused = await session.createProfile(profile).then(
      () => null,
      (error: unknown) => {
        if (error instanceof JamfError && error.inDoubt) return error;
        throw error;
      },
    );
    const made = await byName(session, profile.name);
    if (made) return session.readProfile(made.id);
    throw refused ?? new CliError(EXIT.failed, 'Jamf took the profile, and does not show it.');
  });
}

function tell(instance: string, made: ProfileDetails, { json }: CreateOptions, context: Context): ExitCode {
  // Nobody is in its scope yet, as it should be.
  const findings = auditSettings(made).filter(({ rule }) => rule !== 'scope');
  if (json)
    printJson(context, {
      instance,
      created: { id: made.id, name: made.name, uuid: made.identifier },
      findings,
    });
  else {
    context.out(`"${made.name}" is made on ${instance}: profile ${made.id}.`);
    for (const { said, todo } of findings) context.err(`${context.colors.red('✗')} ${said}. ${todo}`);
  }
  context.err(DONE_BY_HAND);
  return findings.length === 0 ? EXIT.done : EXIT.failed;
}

function shown(instance: string, profile: NewProfile, { colors }: Context): string {
  return [
    colors.bold(instance),
    colors.green(`  + configuration profile "${profile.name}"`),
    '      level: computer',
    '      distribution: Install Automatically',
    '      scope: nobody',
    '      payloads:',
    ...newMobileConfig({ ...profile, challenge: new Secret('[hidden]') })
      .split('\n')
      .map((line) => `        ${line}`),
  ].join('\n');
}
