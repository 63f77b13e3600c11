import type { Command } from 'commander';
import { z } from 'zod';
import { profileList } from '../../../contract/resources/profiles.js';
import { act, type Cli, connect } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { auditOptions, showAudits } from '../../profiles/audit.js';
import { generateOptions, generateProfile } from '../../profiles/generate.js';
import { printJson, table, when } from '../../output/print.js';

const listOptions = z.object({ instance: z.string().optional() });

/** Adds `recert profiles list`, `audit` and `generate`. */
export function addProfilesCommand(program: Command, cli: Cli): void {
  const { context } = cli;
  const profiles = program
    .command('profiles')
    .description('the watched profiles in Jamf, held against what Okta asks for')
    .helpCommand(false);

  const list = profiles
    .command('list')
    .description('the watched profiles, with the number of findings of the audit')
    .option('--instance <instance>', 'one Jamf Pro server instead of all');
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
          ['INSTANCE', 'ID', 'PROFILE', 'HALF', 'NAME IN JAMF', 'ERRORS', 'WARNINGS', 'AUDITED'],
          answer.profiles.map(({ errors, warnings, auditedAt, ...one }) => [
            one.instance,
            one.id,
            one.profile,
            one.half ?? '',
            one.title,
            ...[errors, warnings].map((count) => (count === null ? '–' : String(count))),
            when(auditedAt, context.now()),
          ]),
          context.colors,
        ),
      );
    return EXIT.done;
  });

  const audit = profiles
    .command('audit')
    .argument('[ids...]', 'ids of profiles in Jamf; all that are watched when left out')
    .description('what the audit found, and what to do; exit code 1 when certificates will not be renewed')
    .option('--instance <instance>', 'one Jamf Pro server instead of all')
    .option('--strict', 'exit code 1 for warnings, too')
    .option('--all', 'read and audit every profile of the server that has a SCEP payload, now (operator)')
    .option('--within <duration>', 'with --all: longest time to wait', '15m');
  withExamples(audit, 'recert profiles audit --strict', 'recert profiles audit --all');
  act(audit, cli, auditOptions, async ({ options, words }) =>
    showAudits(words, options, connect(cli, options), context),
  );

  const generate = profiles
    .command('generate')
    .description('write a profile that the audit finds nothing wrong with, and say what remains by hand')
    .requiredOption('--name <name>', 'name of the profile')
    .requiredOption('--scep-url <url>', 'the SCEP URL that Okta shows')
    .option('--challenge-file <file>', 'file with the secret key of Okta (else RECERT_SCEP_CHALLENGE)')
    .option('--out <path>', 'where to write, without .mobileconfig and .xml', 'okta-scep')
    .option('--create', 'make it in Jamf (RECERT_CONFIG), in nobody’s scope, instead of writing files')
    .option('--dry-run', 'with --create: only show what would be sent; exit code 7')
    .option('--yes', 'with --create: do not ask')
    .option('--offline', 'do not ask the service for the Macs that the subject must fit')
    .option('--instance <instance>', 'the Jamf Pro server, when there are several');
  withExamples(
    generate,
    "recert profiles generate --name 'Okta SCEP' --scep-url https://example.okta.com/pki/…/scep/… --challenge-file key.txt",
  );
  act(generate, cli, generateOptions, async ({ options }) =>
    generateProfile(options, connect(cli, options), context),
  );
}
