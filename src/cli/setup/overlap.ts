import type { InstanceConfig } from '../../config/sections/instance.js';
import { loadConfig } from '../../config/load.js';
import type { Finding } from '../../doctor/finding.js';
import { checkOverlap } from '../../doctor/profiles/overlap.js';
import type { ProfileDetails } from '../../domain/profile.js';
import { JamfError } from '../../domain/jamf-error.js';
import type { JamfSetup } from '../../jamf/setup.js';
import { overlapByHand } from '../../setup/overlap-by-hand.js';
import { type GroupCheck, checkWantedGroups, createGroups, wantedGroups } from '../../setup/overlap.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { findingLine } from '../output/findings.js';
import { printJson } from '../output/print.js';
import { connectTo, mustBeAgreed, serverOf } from '../servers.js';

/** Options of `recert setup overlap`, which creates the static groups for the mechanism overlap. */
export interface OverlapOptions {
  instance?: string | undefined;
  /** Name of a watched profile. The configuration need not contain it yet. */
  profile?: string | undefined;
  /** ID of the SCEP profile that is in use today, if the configuration does not contain it yet. */
  blue?: string | undefined;
  /** ID of the second profile, if the configuration does not contain it yet. */
  green?: string | undefined;
  check: boolean;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

type Overlap = Partial<Record<'blue' | 'green' | 'joinGreen' | 'leaveBlue', string>>;

/** A watched profile with its configuration, and its groups as found in Jamf Pro. */
interface Job {
  profile: string;
  overlap: Overlap;
  looks: readonly GroupCheck[];
}

/**
 * Shows and then creates the missing static groups of the watched profiles, and prints the remaining manual
 * steps. Existing groups are never changed.
 */
export async function setUpOverlap(options: OverlapOptions, context: Context): Promise<ExitCode> {
  if (!options.check) mustBeAgreed(options, context);
  const config = loadConfig(context.environment);
  const [instance, settings] = serverOf(options.instance, config);
  const profiles = profilesOf(options, settings);
  const jamf = connectTo(instance, settings, context);
  try {
    if (options.check) return await check(jamf, instance, settings, profiles, options, context);
    const ourName = settings.webhooks.name;
    const jobs: Job[] = [];
    for (const [profile, overlap] of profiles)
      jobs.push({
        profile,
        overlap,
        looks: await checkWantedGroups(jamf, wantedGroups(ourName, profile, overlap)),
      });
    return await apply(jamf, { instance, jobs }, options, context);
  } finally {
    jamf.close();
  }
}

async function apply(
  jamf: JamfSetup,
  { instance, jobs }: { instance: string; jobs: readonly Job[] },
  { dryRun, yes, json }: OverlapOptions,
  context: Context,
): Promise<ExitCode> {
  const { colors } = context;
  if (!json) context.out([colors.bold(instance), ...jobs.flatMap((job) => diffOf(job, context))].join('\n'));
  const smart = jobs.flatMap(({ looks }) => looks).find(({ found }) => found?.smart);
  if (smart)
    throw new CliError(
      EXIT.failed,
      `"${smart.found?.name ?? ''}" (${smart.found?.id ?? ''}) is a smart group, whose members cannot be changed directly. Set ${smart.purpose} in the configuration to the ID of a static group, or rename the smart group. Nothing was changed.`,
    );
  const missing = jobs.flatMap(({ looks }) => looks).filter(({ found }) => found === null);
  if (dryRun) {
    if (json)
      printJson(context, { instance, applied: false, profiles: jobs.map((job) => report(job, [], [])) });
    return missing.length === 0 ? EXIT.done : EXIT.pending;
  }
  if (missing.length > 0 && !yes && !(await context.confirm('Create these groups in Jamf Pro?'))) {
    context.err('Nothing was changed.');
    return EXIT.failed;
  }
  const reports = [];
  for (const job of jobs) {
    const made = await createGroups(jamf, job.looks);
    const byHand = made.failures.length > 0 ? [] : await manualStepsFor(jamf, { ...job, looks: made.looks });
    reports.push(report({ ...job, looks: made.looks }, made.failures, byHand));
  }
  const good = reports.every(
    ({ failures, groups }) => failures.length === 0 && groups.every(({ id }) => id !== null),
  );
  if (json) printJson(context, { instance, applied: good, profiles: reports });
  else for (const one of reports) printReport(one, context);
  return good ? EXIT.done : EXIT.failed;
}

/** Returns the manual steps that remain, according to the current profiles in Jamf Pro. */
async function manualStepsFor(jamf: JamfSetup, { profile, overlap, looks }: Job): Promise<string[]> {
  const [blue, green] = [await readIfNamed(jamf, overlap.blue), await readIfNamed(jamf, overlap.green)];
  return overlapByHand({ profile, looks, blue, green, configured: overlap });
}

async function readIfNamed(jamf: JamfSetup, id: string | undefined): Promise<ProfileDetails | null> {
  if (id === undefined) return null;
  return jamf.readProfile(id).catch((error: unknown) => {
    if (error instanceof JamfError && error.status === 404) return null;
    throw error;
  });
}

function diffOf({ looks }: Job, { colors }: Context): string[] {
  return looks.map(({ purpose, name, found }) =>
    found
      ? colors.dim(`  = ${purpose}: group "${found.name}" (${found.id})`)
      : colors.green(`  + ${purpose}: static group "${name}", empty`),
  );
}

function report({ profile, looks }: Job, failures: readonly string[], byHand: readonly string[]) {
  const groups = looks.map(({ purpose, name, found }) => ({
    purpose,
    name: found?.name ?? name,
    id: found?.id ?? null,
  }));
  return { profile, groups, failures, byHand };
}

function printReport(
  { profile, groups, failures, byHand }: ReturnType<typeof report>,
  { out, err, colors }: Context,
): void {
  for (const failure of failures) err(`${colors.red('✗')} ${failure}`);
  const known = failures.length > 0 ? groups.filter(({ id }) => id !== null) : groups;
  for (const { purpose, name, id } of known)
    err(
      id === null
        ? `${colors.red('✗')} ${profile}: Jamf Pro does not list the group "${name}" (${purpose})`
        : `${colors.green('✓')} ${profile}: ${purpose} is the group "${name}" (${id})`,
    );
  if (failures.length > 0) return;
  if (byHand.length === 0) out(`${profile}: no manual steps remaining.`);
  else
    out(
      [
        `${profile}: remaining manual steps:`,
        ...byHand.map((step, index) => `  ${index + 1}. ${step}`),
        `  ${byHand.length + 1}. recert setup overlap --check`,
      ].join('\n'),
    );
}

/** Runs the same checks of the mechanism overlap as `recert doctor`. */
async function check(
  jamf: JamfSetup,
  instance: string,
  settings: InstanceConfig,
  profiles: readonly [string, Overlap][],
  { json }: OverlapOptions,
  context: Context,
): Promise<ExitCode> {
  const privileges = await jamf.privileges().catch(() => null);
  const findings: Finding[] = [];
  for (const [name] of profiles) {
    const configured = settings.profiles[name];
    if (!configured)
      throw new CliError(
        EXIT.usage,
        `The configuration has no profile ${name} yet. Run recert setup overlap without --check to see the lines to add.`,
      );
    const look = await checkOverlap(jamf, name, configured, privileges);
    findings.push(...look.findings.map((finding) => ({ ...finding, instance })));
    if (look.profiles === 'refused' || look.groups === 'refused')
      throw new CliError(
        EXIT.failed,
        `${instance}: the API client has no permission to read profiles or groups. Run recert doctor to see the missing privilege.`,
      );
  }
  const failed = findings.some(({ level }) => level === 'fail');
  if (json) printJson(context, { ok: !failed, findings });
  else context.out(findings.map((finding) => findingLine(finding, context)).join('\n'));
  return failed ? EXIT.failed : EXIT.done;
}

function profilesOf(
  { profile, blue, green }: OverlapOptions,
  { profiles }: InstanceConfig,
): [string, Overlap][] {
  const all = Object.entries(profiles).map(([name, one]): [string, Overlap] => [
    name,
    one.overlap ?? { blue: one.profile },
  ]);
  if (profile === undefined) {
    if (all.length > 0 && (blue ?? green) === undefined) return all;
    throw new CliError(EXIT.usage, 'Select the watched profile with --profile, for example --profile okta.');
  }
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(profile))
    throw new CliError(EXIT.usage, '--profile: must contain only a-z, 0-9 and -, such as okta.');
  const known = all.find(([name]) => name === profile);
  if (known && blue !== undefined && known[1].blue !== blue)
    throw new CliError(
      EXIT.usage,
      `--blue: the configuration already sets ${known[1].blue ?? ''} for ${profile}.`,
    );
  if (known?.[1].green !== undefined && green !== undefined && known[1].green !== green)
    throw new CliError(
      EXIT.usage,
      `--green: the configuration already sets ${known[1].green} for ${profile}.`,
    );
  const given: Overlap = Object.assign({}, blue && { blue }, known?.[1], green && { green });
  return [[profile, given]];
}
