import type { InstanceConfig } from '../../config/sections/instance.js';
import { loadConfig } from '../../config/load.js';
import type { Finding } from '../../doctor/finding.js';
import { checkOverlap } from '../../doctor/overlap.js';
import type { ProfileDetails } from '../../domain/profile.js';
import { JamfError } from '../../domain/jamf-error.js';
import type { JamfSetup } from '../../jamf/setup.js';
import { overlapByHand } from '../../setup/overlap-by-hand.js';
import { type GroupLook, lookAtGroups, makeGroups, wantedGroups } from '../../setup/overlap.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { findingLine } from '../output/findings.js';
import { printJson } from '../output/print.js';
import { connectTo, mustBeAgreed, serverOf } from '../servers.js';

/** What `recert setup overlap` may be told. */
export interface OverlapOptions {
  instance?: string | undefined;
  /** One watched profile, or the name of one that the configuration is to have. */
  profile?: string | undefined;
  /** Id of the profile in use today, when the configuration does not say it yet. */
  blue?: string | undefined;
  check: boolean;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

type Overlap = Partial<InstanceConfig['profiles'][string]['overlap']>;

/** One watched profile: what the configuration says of it, and its groups as they were found. */
interface Job {
  profile: string;
  overlap: Overlap;
  looks: readonly GroupLook[];
}

/**
 * Makes the two static groups of watched profiles that are not there, after showing them, and says what is left to a person. Groups that
 * are there are left as they are, whoever made them.
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
        looks: await lookAtGroups(jamf, wantedGroups(ourName, profile, overlap)),
      });
    return await carryOut(jamf, { instance, jobs }, options, context);
  } finally {
    jamf.close();
  }
}

async function carryOut(
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
      `"${smart.found?.name ?? ''}" (${smart.found?.id ?? ''}) is a smart group, whose members cannot be changed: name a static one as ${smart.purpose} in the configuration, or rename it. Nothing was changed.`,
    );
  const missing = jobs.flatMap(({ looks }) => looks).filter(({ found }) => found === null);
  if (dryRun) {
    if (json)
      printJson(context, { instance, applied: false, profiles: jobs.map((job) => report(job, [], [])) });
    return missing.length === 0 ? EXIT.done : EXIT.pending;
  }
  if (missing.length > 0 && !yes && !(await context.confirm('Make these groups in Jamf?'))) {
    context.err('Nothing was changed.');
    return EXIT.failed;
  }
  const reports = [];
  for (const job of jobs) {
    const made = await makeGroups(jamf, job.looks);
    const byHand = made.failures.length > 0 ? [] : await leftFor(jamf, { ...job, looks: made.looks });
    reports.push(report({ ...job, looks: made.looks }, made.failures, byHand));
  }
  const good = reports.every(
    ({ failures, groups }) => failures.length === 0 && groups.every(({ id }) => id !== null),
  );
  if (json) printJson(context, { instance, applied: good, profiles: reports });
  else for (const one of reports) tell(one, context);
  return good ? EXIT.done : EXIT.failed;
}

/** The profiles as Jamf has them now; one that is not there is a step of its own. */
async function leftFor(jamf: JamfSetup, { profile, overlap, looks }: Job): Promise<string[]> {
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
      : colors.green(`  + ${purpose}: static group "${name}", nobody in it`),
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

function tell(
  { profile, groups, failures, byHand }: ReturnType<typeof report>,
  { out, err, colors }: Context,
): void {
  for (const failure of failures) err(`${colors.red('✗')} ${failure}`);
  for (const { purpose, name, id } of groups)
    err(
      id === null
        ? `${colors.red('✗')} ${profile}: Jamf does not show the group "${name}" (${purpose})`
        : `${colors.green('✓')} ${profile}: ${purpose} is the group "${name}" (${id})`,
    );
  if (failures.length > 0) return;
  if (byHand.length === 0) out(`${profile}: nothing is left to do by hand.`);
  else
    out(
      [
        `${profile}: what is left to do by hand:`,
        ...byHand.map((step, index) => `  ${index + 1}. ${step}`),
        `  ${byHand.length + 1}. recert setup overlap --check`,
      ].join('\n'),
    );
}

/** Everything that an overlap needs, looked at as the doctor does. */
async function check(
  jamf: JamfSetup,
  instance: string,
  settings: InstanceConfig,
  profiles: readonly [string, Overlap][],
  { json }: OverlapOptions,
  context: Context,
): Promise<ExitCode> {
  const told = await jamf.privileges().catch(() => null);
  const findings: Finding[] = [];
  for (const [name] of profiles) {
    const configured = settings.profiles[name];
    if (!configured)
      throw new CliError(
        EXIT.usage,
        `The configuration has no profile ${name} yet: recert setup overlap says what to write.`,
      );
    const look = await checkOverlap(jamf, name, configured, told);
    findings.push(...look.findings.map((finding) => ({ ...finding, instance })));
    if (look.profiles === 'refused' || look.groups === 'refused')
      throw new CliError(
        EXIT.failed,
        `${instance}: profiles or groups may not be read; recert doctor names the privilege.`,
      );
  }
  const failed = findings.some(({ level }) => level === 'fail');
  if (json) printJson(context, { ok: !failed, findings });
  else context.out(findings.map((finding) => findingLine(finding, context)).join('\n'));
  return failed ? EXIT.failed : EXIT.done;
}

function profilesOf({ profile, blue }: OverlapOptions, { profiles }: InstanceConfig): [string, Overlap][] {
  const all = Object.entries(profiles).map(([name, { overlap }]): [string, Overlap] => [name, overlap]);
  if (profile === undefined) {
    if (all.length > 0 && blue === undefined) return all;
    throw new CliError(EXIT.usage, 'For which watched profile? Give it a name with --profile, such as okta.');
  }
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(profile))
    throw new CliError(EXIT.usage, '--profile: a name is a-z, 0-9 and -, such as okta.');
  const known = all.find(([name]) => name === profile);
  if (known && blue !== undefined && known[1].blue !== blue)
    throw new CliError(EXIT.usage, `--blue: the configuration says ${known[1].blue ?? ''} for ${profile}.`);
  return [known ?? [profile, blue === undefined ? {} : { blue }]];
}
