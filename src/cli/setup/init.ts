import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { z } from 'zod';
import { parseConfig } from '../../config/load.js';
import { createToken } from '../../config/values/api-token.js';
import { type InstanceConfig, instanceSchema } from '../../config/sections/instance.js';
import type { Finding } from '../../doctor/finding.js';
import { fromAudit } from '../../doctor/profiles/profiles.js';
import { judgePrivilege, type PrivilegeName } from '../../doctor/privileges.js';
import type { SubjectProposal } from '../../domain/audit/propose-subject.js';
import { JamfError } from '../../domain/jamf-error.js';
import type { JamfSetupConnection } from '../../jamf/setup.js';
import { type FirstConfig, firstConfig } from '../../setup/first-config.js';
import {
  findTwin,
  type Survey,
  type SurveyedProfile,
  surveyServer,
  surveySubjects,
  type Twin,
} from '../../setup/survey.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { findingLine } from '../output/findings.js';
import { printJson } from '../output/print.js';
import { connectTo } from '../servers.js';
import type { initOptions } from './init-options.js';
import { nextSteps } from './next-steps.js';

type Options = z.output<typeof initOptions> & { json: boolean };

/** Privileges that observe mode needs for a watched profile without a second profile. */
const NEEDED: readonly PrivilegeName[] = [
  'Read Computers',
  'Read macOS Configuration Profiles',
  'View MDM command information in Jamf Pro API',
];
const SECRET_NAME = 'jamf-client-secret';
const KEY_NAME = 'webhook-key';
const TOKEN_NAME = 'admin-token';

/**
 * Reads a Jamf Pro server, and writes a first configuration and its secrets to files. Only the owner can read the
 * secrets (mode 0600). Changes nothing in Jamf Pro without a confirmation.
 */
export async function init(options: Options, context: Context): Promise<ExitCode> {
  const file = resolve(options.out);
  const files = [file, ...[SECRET_NAME, KEY_NAME, TOKEN_NAME].map((name) => join(dirname(file), name))];
  const there = files.find((one) => existsSync(one));
  if (there !== undefined && !options.force)
    throw new CliError(
      EXIT.usage,
      `${there} already exists. Nothing was changed. Select another path with --out, or overwrite it with --force.`,
    );
  const access = await askForAccess(options, context);
  const jamf = connectTo(options.instance, settingsFor(access), context);
  try {
    const found = await read(jamf, options, context);
    const { token, sha256 } = createToken();
    const yaml = firstConfig(factsOf({ file, options, access, tokenHash: sha256 }, found));
    await write(
      files,
      [yaml, `${access.clientSecret}\n`, `${randomBytes(32).toString('hex')}\n`, `${token}\n`],
      options.force,
    );
    // An invalid configuration would be an error of this command, so the command checks it before it reports
    // success.
    const config = parseConfig(yaml, { source: file, environment: context.environment });
    const settings = config.instances[options.instance];
    const todo = settings === undefined ? [] : nextSteps(settings, found.twin);
    report({ file, todo: [...firstSteps(file, options), ...todo] }, found, options, context);
    await offerWebhooks(file, options, context);
    const isComplete =
      found.subject.shortfall === null && found.findings.every(({ level }) => level !== 'fail');
    return isComplete ? EXIT.done : EXIT.pending;
  } catch (error) {
    if (!(error instanceof JamfError)) throw error;
    throw new CliError(EXIT.failed, error.message);
  } finally {
    jamf.close();
  }
}

interface Access {
  jamfUrl: string;
  clientId: string;
  clientSecret: string;
}

async function askForAccess(options: Options, context: Context): Promise<Access> {
  const jamfUrl = options.jamfUrl ?? (await context.ask('Address of Jamf Pro (https://…): '));
  const clientId = options.clientId ?? (await context.ask('Client ID of the API client: '));
  if (!jamfUrl || !clientId)
    throw new CliError(
      EXIT.usage,
      'Not a terminal: set --jamf-url and --client-id, and pass the client secret with --secret-file or on standard input.',
    );
  if (!URL.canParse(jamfUrl))
    throw new CliError(EXIT.usage, `${jamfUrl} is not an address such as https://example.jamfcloud.com.`);
  const { secretFile } = options;
  const secret =
    secretFile === undefined
      ? await context.readSecret('Client secret of the API client: ')
      : await readFile(secretFile, 'utf8').catch(() => {
          throw new CliError(EXIT.usage, `--secret-file: cannot read ${secretFile}`);
        });
  const clientSecret = secret.trim();
  if (clientSecret === '')
    throw new CliError(
      EXIT.usage,
      'The client secret is missing. Pass it with --secret-file or on standard input.',
    );
  return { jamfUrl, clientId, clientSecret };
}

function settingsFor({ jamfUrl, clientId, clientSecret }: Access): InstanceConfig {
  return instanceSchema.parse({
    url: jamfUrl,
    auth: { clientId, clientSecret },
    // The schema requires this setting. Reading from Jamf Pro does not use it.
    webhooks: { authentication: { type: 'none', acceptUnauthenticated: true } },
    profiles: {},
  });
}

/** What was found on the server for the profile to watch. */
interface Found {
  survey: Survey;
  chosen: SurveyedProfile;
  subject: SubjectProposal;
  /** Problems with the certificate subject, as the findings that `recert doctor` would report. */
  findings: readonly Finding[];
  twin: Twin | null;
}

async function read(jamf: JamfSetupConnection, options: Options, context: Context): Promise<Found> {
  const survey = await surveyServer(jamf, context.err);
  if (!options.json) context.out(surveyText(survey, context));
  const chosen = await choose(survey, options, context);
  context.err(`Reading the certificates of the Macs in the scope of profile ${chosen.details.id}`);
  const { proposal, problems } = await surveySubjects(jamf, chosen.details, context.now());
  const findings = problems.map((one) => fromAudit(`profile ${options.name}`, one));
  return { survey, chosen, subject: proposal, findings, twin: findTwin(chosen.details, survey.profiles) };
}

function surveyText({ server, profiles, unread, privileges }: Survey, context: Context): string {
  const findings = NEEDED.map((name) =>
    judgePrivilege({ name, told: privileges, tried: 'unknown', neededNow: true }),
  );
  return [
    `Jamf Pro ${server.version}`,
    ...findings.filter(({ level }) => level !== 'ok').map((finding) => findingLine(finding, context)),
    profiles.length === 0
      ? 'No configuration profile with a SCEP payload.'
      : 'Configuration profiles with a SCEP payload:',
    ...profiles.map(
      ({ details: { id, name, scep }, isOkta }) =>
        `  ${id}  ${name}  ${scep?.[0]?.subject ?? ''}${isOkta ? '  (Okta)' : ''}`,
    ),
    ...(unread.length === 0 ? [] : [`Not readable: ${unread.join(', ')}`]),
  ].join('\n');
}

async function choose(
  { profiles }: Survey,
  { profileId }: Options,
  context: Context,
): Promise<SurveyedProfile> {
  const okta = profiles.filter(({ isOkta }) => isOkta);
  // If two profiles are equivalent, the profile with the wider scope is the one in use.
  const [first, second] = okta.toSorted((a, b) => reach(b) - reach(a));
  const isClear =
    second === undefined ||
    (first !== undefined && findTwin(first.details, okta) !== null && okta.length === 2);
  const id =
    profileId ??
    (isClear ? first?.details.id : ((await context.ask('ID of the profile to watch: ')) ?? undefined));
  const chosen = profiles.find(({ details }) => details.id === id);
  if (chosen) return chosen;
  throw new CliError(
    EXIT.usage,
    profiles.length === 0
      ? 'Jamf Pro has no configuration profile with a SCEP payload. Create it as described on the Okta page "Static SCEP for macOS with Jamf Pro", or with `recert profiles generate`.'
      : `${id === undefined ? 'Select the profile to watch with --profile-id' : `Jamf Pro has no profile ${id} with a SCEP payload`}. Profiles with one: ${profiles.map(({ details }) => details.id).join(', ')}.`,
  );
}

/** Ranks a profile by its scope: first a profile for all computers, then one that excludes a group (the blue profile), then any other. */
function reach({ details: { scope } }: SurveyedProfile): number {
  return (scope.allComputers ? 2 : 0) + (scope.exclusions.groupIds.length > 0 ? 1 : 0);
}

interface Given {
  file: string;
  options: Options;
  access: Access;
  tokenHash: string;
}

function factsOf({ file, options, access, tokenHash }: Given, { chosen, subject, twin }: Found): FirstConfig {
  const { instance, redisUrl, publicUrl = null, name, redistributeDays } = options;
  return {
    instance,
    url: access.jamfUrl,
    clientId: access.clientId,
    clientSecretFile: SECRET_NAME,
    webhookKeyFile: KEY_NAME,
    redisUrl,
    publicUrl,
    spool: options.spool ?? join(dirname(file), 'spool'),
    tokenHash,
    profileName: name,
    profile: chosen.details,
    window: redistributeDays === undefined ? '30d' : `${redistributeDays}d`,
    subject,
    twin,
  };
}

async function write(files: readonly string[], texts: readonly string[], force: boolean): Promise<void> {
  // The secrets are written first, because a configuration without its secrets is of no use.
  for (const index of [1, 2, 3, 0])
    await writeFile(files[index] ?? '', texts[index] ?? '', {
      mode: index === 0 ? 0o644 : 0o600,
      flag: force ? 'w' : 'wx',
    });
}

/** What must be set before the processes can start, and how to start the receiver. */
function firstSteps(file: string, { publicUrl }: Options): string[] {
  return [
    `export RECERT_CONFIG=${file} RECERT_TOKEN_FILE=${join(dirname(file), TOKEN_NAME)}`,
    ...(publicUrl === undefined
      ? ['Set http.publicUrl to the address at which Jamf Pro reaches the receiver.']
      : []),
    `Start a receiver: recert serve. Sign in to its console with the token in ${TOKEN_NAME}: the page Set-up shows the next steps, and so does recert doctor --url.`,
  ];
}

function report(
  { file, todo }: { file: string; todo: readonly string[] },
  { chosen, subject, findings, twin }: Found,
  options: Options,
  context: Context,
): void {
  const { pattern, matched, inScope, shapes, shortfall } = subject;
  const coverage = inScope === 0 ? null : matched / inScope;
  if (options.json) {
    const profile = { id: chosen.details.id, name: chosen.details.name };
    printJson(context, {
      file,
      profile,
      subject: pattern,
      matched,
      inScope,
      coverage,
      shapes,
      shortfall,
      findings,
      twin: twin?.green.id ?? null,
      todo,
    });
    return;
  }
  context.out(
    [
      `Subjects of the identity certificates of Macs in scope:`,
      ...shapes.map(({ shape, macs }) => `  ${String(macs).padStart(6)}  ${shape}`),
      pattern === null ? 'No subject setting is needed.' : `subject: ${pattern}`,
      `Coverage: ${matched} of ${inScope} Macs${coverage === null ? '' : ` (${(100 * coverage).toFixed(1)} %)`}.`,
      ...(shortfall === null ? [] : [context.colors.yellow(shortfall)]),
      ...findings.map((finding) => findingLine(finding, context)),
      `${context.colors.green('✓')} ${file} and three files with secrets (mode 0600) written.`,
      'What remains:',
      ...todo.map((step, index) => `  ${index + 1}. ${step}`),
    ].join('\n'),
  );
}

/** Creates the webhooks with the new configuration, if the user agrees. */
async function offerWebhooks(
  file: string,
  { webhooks, publicUrl, json }: Options,
  context: Context,
): Promise<void> {
  if (publicUrl === undefined || json) return;
  if (!webhooks && !(await context.confirm('Create the webhooks in Jamf Pro now?'))) return;
  const { applyToJamf } = await import('../webhooks/apply.js');
  const environment = { ...context.environment, RECERT_CONFIG: file };
  const options = { url: publicUrl, dryRun: false, yes: webhooks, json: false };
  await applyToJamf(options, { ...context, environment });
}
