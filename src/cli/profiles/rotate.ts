import type { z } from 'zod';
import { loadConfig } from '../../config/load.js';
import { type ProfileConfig, profileIdsOf } from '../../config/sections/profile.js';
import { Secret } from '../../config/values/secret.js';
import type { ProfileDetails } from '../../domain/profile.js';
import { scepDifferences } from '../../domain/scep.js';
import { markOf } from '../../jamf/parsing/scep.js';
import type { JamfSetup } from '../../jamf/setup.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { printJson } from '../output/print.js';
import { connectTo, serverOf } from '../servers.js';
import { readChallenge } from './challenge.js';
import type { rotateOptions } from './options.js';

type Options = z.output<typeof rotateOptions> & { json: boolean };

/** A profile that needs the new secret key. */
interface Target {
  details: ProfileDetails;
  /** Whether the profile already has the new secret key as its challenge. */
  done: boolean;
}

const WHY = `Recert does not change the profiles: the API of Jamf Pro can only replace all payloads of a profile at once, which can damage them (PI-827), and it does not show whether a change was sent to every Mac in scope. A change that is sent to all Macs in scope costs one certificate for each Mac.`;

/**
 * Guides the user through a change of the secret key of Okta: the user saves each Jamf Pro profile of a watched
 * profile with the new key, and Recert checks the saved profile. Only reads from Jamf Pro. The second profile is
 * first, because its scope is smaller, so a mistake affects fewer Macs.
 */
export async function rotateSecret(options: Options, context: Context): Promise<ExitCode> {
  const [instance, settings] = serverOf(options.instance, loadConfig(context.environment));
  const [name, watched] = watchedProfile(options.profile, settings.profiles);
  const ids = profileIdsOf(watched).reverse();
  const secret = await newSecret(options, context);
  const jamf = connectTo(instance, settings, context);
  try {
    const targets: Target[] = [];
    for (const id of ids) targets.push(await readTarget(jamf, id, secret));
    if (!options.json) context.out(planText(targets, context));
    const asks = context.terminal && !options.json;
    const results: Target[] = [];
    for (const target of targets)
      results.push(target.done || !asks ? target : await walkThrough(target, secret, { jamf, context }));
    const open = results.filter(({ done }) => !done);
    if (options.json) printJson(context, { instance, profile: name, profiles: results.map(summary) });
    else context.out(conclusion(open));
    return open.length === 0 ? EXIT.done : EXIT.pending;
  } finally {
    jamf.close();
  }
}

function watchedProfile(
  wanted: string | undefined,
  profiles: Readonly<Record<string, ProfileConfig>>,
): [string, ProfileConfig] {
  const all = Object.entries(profiles).filter(([name]) => wanted === undefined || name === wanted);
  const [only, ...others] = all;
  if (only && others.length === 0) return only;
  throw new CliError(
    EXIT.usage,
    `Select the watched profile with --profile: ${Object.keys(profiles).join(', ') || 'none is configured'}.`,
  );
}

async function newSecret({ challengeFile }: Options, context: Context): Promise<Secret> {
  const given = await readChallenge(challengeFile, context);
  if (given !== null) return given;
  const typed = (await context.readSecret('New secret key from Okta: ')).trim();
  if (typed !== '') return new Secret(typed);
  throw new CliError(
    EXIT.usage,
    'The new secret key is missing. Reset it in Okta (Security, Device integrations, Device Access, SCEP configuration, Reset secret key), and pass it with --challenge-file, RECERT_SCEP_CHALLENGE or standard input. It is compared with the profiles and not stored.',
  );
}

async function readTarget(jamf: JamfSetup, id: string, secret: Secret): Promise<Target> {
  const details = await jamf.readProfile(id);
  return { details, done: details.scep?.[0]?.challengeMark === markOf(secret.reveal()) };
}

interface Walk {
  jamf: JamfSetup;
  context: Context;
}

/**
 * Asks the user to save the profile until it has the new secret key, or until the user stops. Reports other changes.
 */
async function walkThrough(before: Target, secret: Secret, { jamf, context }: Walk): Promise<Target> {
  const { id, name } = before.details;
  for (;;) {
    if (!(await context.confirm(`Is "${name}" (${id}) saved with the new secret key?`))) return before;
    const now = await readTarget(jamf, id, secret);
    for (const problem of changesBetween(before.details, now.details))
      context.err(`${context.colors.red('✗')} "${name}" (${id}): ${problem}`);
    if (now.done) {
      context.out(`${context.colors.green('✓')} "${name}" (${id}) has the new secret key.`);
      return now;
    }
    context.err(
      `${context.colors.red('✗')} "${name}" (${id}) has another challenge. Paste the new secret key into Challenge and Verify Challenge.`,
    );
  }
}

/** Describes the differences between two versions of a profile, except the challenge. */
function changesBetween(before: ProfileDetails, now: ProfileDetails): string[] {
  const [first, second] = [before.scep?.[0], now.scep?.[0]];
  if (!second) return ['its SCEP payload cannot be read any more. Restore the profile before you continue.'];
  const settings = first ? scepDifferences(first, second).filter(({ what }) => what !== 'challenge') : [];
  const scope = JSON.stringify(before.scope) === JSON.stringify(now.scope);
  return [
    ...settings.map(({ what }) => `its ${what} changed, too. Change it back.`),
    ...(scope ? [] : ['its scope changed, too. Check its targets and exclusions.']),
  ];
}

function planText(targets: readonly Target[], { colors }: Context): string {
  return [
    WHY,
    'Steps:',
    "  1. recert pause --reason 'new secret key in Okta': nothing is sent while the profiles have the old key.",
    ...targets.map(({ details: { id, name }, done }, index) =>
      done
        ? colors.dim(`  ${index + 2}. "${name}" (${id}) has the new secret key already.`)
        : `  ${index + 2}. Jamf Pro, "${name}" (${id}), SCEP: paste the new secret key into Challenge and Verify Challenge. Save, and select ${colors.bold('newly assigned devices only')}.`,
    ),
  ].join('\n');
}

function conclusion(open: readonly Target[]): string {
  return open.length === 0
    ? "Both Okta and Jamf Pro have the new secret key. Remaining steps:\n  1. recert resume --reason 'new secret key is in place'\n  2. recert trial --serial <a Mac> proves it with one certificate.\n  3. recert redistribute --failed repeats the renewals that the old key made fail."
    : `Not changed yet: ${open.map(({ details: { id, name } }) => `"${name}" (${id})`).join(', ')}. Run this command again after you saved them.`;
}

function summary({ details: { id, name }, done }: Target) {
  return { id, name, hasNewSecret: done };
}
