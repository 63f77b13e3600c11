import type { Command } from 'commander';
import { z } from 'zod';
import { profileAudit, profileList } from '../../api/schemas/profiles.js';
import { act, type Cli, connect } from '../cli.js';
import type { Context } from '../context.js';
import { CliError, EXIT } from '../exit.js';
import { generateOptions, generateProfile } from '../profiles/generate.js';
import { printJson, table, when } from '../print.js';

const listOptions = z.object({ instance: z.string().optional() });
const auditOptions = listOptions.extend({ strict: z.boolean().default(false) });

type Audit = z.output<typeof profileAudit>;

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
            ...[one.instance, one.id, one.profile, one.half, one.title],
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
    .addHelpText('after', '\nExample:\n  recert profiles audit --strict');
  act(audit, cli, auditOptions, async ({ options, words }) => {
    const { instance, json, strict } = options;
    const client = connect(cli, options);
    const { profiles: all } = await client({ path: 'profiles', query: { instance }, answer: profileList });
    const missing = words.find((id) => !all.some((one) => one.id === id));
    if (missing !== undefined)
      throw new CliError(
        EXIT.notFound,
        `No profile ${missing} is watched; recert profiles list shows which are.`,
      );
    const audits: Audit[] = [];
    for (const one of all)
      if (words.length === 0 || words.includes(one.id))
        audits.push(
          await client({
            path: `profiles/${one.id}/audit`,
            query: { instance: one.instance },
            answer: profileAudit,
          }),
        );
    const failed = audits.some(({ errors, warnings }) => errors || (strict && warnings));
    if (json) printJson(context, { ok: !failed, audits });
    else context.out(audits.map((one) => told(one, context)).join('\n\n'));
    return failed ? EXIT.failed : EXIT.done;
  });

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
    .option('--instance <instance>', 'the Jamf Pro server, when there are several')
    .addHelpText(
      'after',
      "\nExample:\n  recert profiles generate --name 'Okta SCEP' --scep-url https://example.okta.com/pki/…/scep/… --challenge-file key.txt",
    );
  act(generate, cli, generateOptions, async ({ options }) =>
    generateProfile(options, connect(cli, options), context),
  );
}

/** One profile: a line, and for each finding what, which Macs, and what to do. */
function told(audit: Audit, { colors, now }: Context): string {
  const { instance, id, title, profile, half, findings, unseen, computers } = audit;
  const measured = computers === null ? 'no Mac measured yet' : `${computers} Macs measured`;
  const head = `${instance}: "${title}" (${id}, ${half} of ${profile}), ${measured}, audited ${when(audit.auditedAt, now())}`;
  const lines = findings.flatMap(({ severity, rule, said, why, todo, computers: macs }) => [
    `${(severity === 'error' ? colors.red : colors.yellow)(severity.padEnd(7))}  ${rule}: ${said}`,
    `         ${why} ${colors.dim(todo)}`,
    ...(macs?.listed ?? []).map((mac) => `         ${mac.serialNumber}  ${mac.name} (${mac.id})`),
    ...(macs && macs.count > macs.listed.length
      ? [`         and ${macs.count - macs.listed.length} more`]
      : []),
  ]);
  const good = findings.length === 0 ? [colors.green('ok       every setting is as Okta asks for')] : [];
  return [head, ...good, ...lines, ...unseen.map((text) => `unknown  ${text}`)].join('\n');
}
