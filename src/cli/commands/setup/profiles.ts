import type { Command } from 'commander';
import { z } from 'zod';
import { profileList } from '../../../contract/resources/profiles.js';
import { act, type Cli, connect } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { auditOptions, showAudits } from '../../profiles/audit.js';
import { generateOptions, rotateOptions } from '../../profiles/options.js';
import { printJson, table, when } from '../../output/print.js';

const listOptions = z.object({ instance: z.string().optional() });

/** Adds `recert profiles` with the subcommands `list`, `audit` (the profile check), `generate` and `rotate`. */
export function addProfilesCommand(program: Command, cli: Cli): void {
  const profiles = program
    .command('profiles')
    .description('check the monitored Jamf Pro profiles against the requirements of Okta')
    .helpCommand(false);
  addList(profiles, cli);
  addAudit(profiles, cli);
  addGenerate(profiles, cli);
  addRotate(profiles, cli);
}

function addList(profiles: Command, cli: Cli): void {
  const { context } = cli;
  const list = profiles
    .command('list')
    .description('list the watched profiles with the number of findings of the profile check')
    .option('--instance <instance>', 'only this Jamf Pro server');
  withExamples(list, 'recert profiles list');
  act(list, cli, listOptions, async ({ options }) => {
    const { instance, json } = options;
    const answer = await connect(
      cli,
      options,
    )({ path: 'profiles', query: { instance }, answer: profileList });
    if (json) printJson(context, answer);
    else
      context.out(
        table(
          [
            'SERVER',
            'ID',
            'PROFILE',
            'ROLE',
            'NAME IN JAMF PRO',
            'REDISTRIBUTED',
            'ERRORS',
            'WARNINGS',
            'CHECKED',
          ],
          answer.profiles.map(({ errors, warnings, auditedAt, ...one }) => [
            one.instance,
            one.id,
            one.profile,
            one.half ?? '',
            one.title,
            one.redistributeDays === null ? '–' : `${one.redistributeDays} days before expiry`,
            ...[errors, warnings].map((count) => (count === null ? '–' : String(count))),
            when(auditedAt, context.now()),
          ]),
          context.colors,
        ),
      );
    return EXIT.done;
  });
}

function addAudit(profiles: Command, cli: Cli): void {
  const audit = profiles
    .command('audit')
    .argument('[ids...]', 'IDs of profiles in Jamf Pro (default: all watched profiles)')
    .description(
      'show the findings of the profile check and how to fix them; exit code 1 if a finding prevents renewals',
    )
    .option('--instance <instance>', 'only this Jamf Pro server')
    .option('--strict', 'exit code 1 also for findings that are only warnings')
    .option(
      '--all',
      'first read and check every profile of the Jamf Pro server that has a SCEP payload (needs the operator role)',
    )
    .option('--within <duration>', 'with --all: maximum time to wait', '15m');
  withExamples(audit, 'recert profiles audit --strict', 'recert profiles audit --all');
  act(audit, cli, auditOptions, async ({ options, words }) =>
    showAudits(words, options, connect(cli, options), cli.context),
  );
}

function addGenerate(profiles: Command, cli: Cli): void {
  const generate = profiles
    .command('generate')
    .description('generate a profile that passes the profile check, and list the remaining manual steps')
    .option(
      '--name <name>',
      'name of the profile (default with --twin-of: name of that profile and "(green)")',
    )
    .option('--scep-url <url>', 'SCEP URL from the Okta admin console')
    .option(
      '--twin-of <id>',
      'generate a second profile for the profile with this ID, with the same settings and a subject that stays the same; needs RECERT_CONFIG',
    )
    .option('--challenge-file <file>', 'file with the secret key from Okta (default: RECERT_SCEP_CHALLENGE)')
    .option(
      '--out <path>',
      'path of the written files, without the extensions .mobileconfig and .xml',
      'okta-scep',
    )
    .option(
      '--create',
      'create the profile in Jamf Pro (RECERT_CONFIG) with an empty scope instead of writing files',
    )
    .option('--dry-run', 'with --create: only show the request, and exit with code 7')
    .option('--yes', 'with --create: do not ask for confirmation')
    .option(
      '--offline',
      'do not ask the service for the Macs, and do not check that the certificate subject fits all of them',
    )
    .option('--instance <instance>', 'Jamf Pro server; required if several are configured');
  withExamples(
    generate,
    'recert profiles generate --twin-of 12 --challenge-file key.txt --create',
    "recert profiles generate --name 'Okta SCEP' --scep-url https://example.okta.com/pki/…/scep/… --challenge-file key.txt",
  );
  act(generate, cli, generateOptions, async ({ options }) => {
    // Imported only here, so that other commands do not load the Jamf Pro client.
    const { generateProfile } = await import('../../profiles/generate.js');
    return generateProfile(options, connect(cli, options), cli.context);
  });
}

function addRotate(profiles: Command, cli: Cli): void {
  const rotate = profiles
    .command('rotate')
    .description(
      'guide through a new secret key of Okta in both profiles, and check each profile; exit code 7 while steps remain',
    )
    .option('--profile <profile>', 'watched profile; required if several are configured')
    .option(
      '--challenge-file <file>',
      'file with the new secret key (default: RECERT_SCEP_CHALLENGE, or standard input without echo)',
    )
    .option('--instance <instance>', 'Jamf Pro server; required if several are configured')
    .addHelpText(
      'after',
      '\nNeeds the configuration (RECERT_CONFIG). Only reads from Jamf Pro. The secret key is compared with the profiles and not stored.',
    );
  withExamples(rotate, 'RECERT_CONFIG=recert.yaml recert profiles rotate --challenge-file key.txt');
  act(rotate, cli, rotateOptions, async ({ options }) => {
    const { rotateSecret } = await import('../../profiles/rotate.js');
    return rotateSecret(options, cli.context);
  });
}
