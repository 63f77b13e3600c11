import type { Command } from 'commander';
import { z } from 'zod';
import { MOST_AT_ONCE } from '../../../contract/resources/redistribution.js';
import { duration } from '../../../config/values/duration.js';
import { act, type Cli, connect } from '../../cli.js';
import { filterOptions, narrows, withFilter } from '../../computers/find.js';
import { CliError, EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { redistributeMany, type Wish } from '../../redistribute/many.js';
import { redistributeSome } from '../../redistribute/some.js';
import { redistributeWholeScope } from '../../redistribute/whole-scope.js';

const options = filterOptions.extend({
  serial: z.array(z.string()).default([]),
  id: z.array(z.string()).default([]),
  failed: z.union([z.literal(true), z.string()]).optional(),
  reason: z.string(),
  dryRun: z.boolean().default(false),
  overrideHourlyCap: z.boolean().default(false),
  overrideCanary: z.boolean().default(false),
  wait: z.boolean().default(false),
  within: duration().prefault('1d'),
  key: z.string().optional(),
  wholeScope: z.string().optional(),
  typedName: z.string().optional(),
  typedCount: z.string().regex(/^\d+$/, 'must be a number').optional(),
});

/** Adds `recert redistribute`, which requests a new certificate for selected Macs or for all Macs that match a filter. */
export function addRedistributeCommand(program: Command, cli: Cli): void {
  const command = program
    .command('redistribute')
    .description(
      'redistribute a profile to selected Macs or to all Macs that match a filter, whether or not they are due',
    )
    .option('--serial <serial...>', 'serial numbers of the Macs')
    .option('--id <id...>', 'IDs of the Macs in Jamf Pro')
    .option(
      '--failed [cause]',
      'all Macs whose redistribution needs attention, or only those with one cause from recert failures',
    );
  withFilter(command)
    .requiredOption('--reason <why>', 'reason for the audit log, at least 8 characters')
    .option('--dry-run', 'show what would happen, and change nothing')
    .option('--typed-count <number>', 'with a filter: number of Macs from the preview, as confirmation')
    .option('--override-hourly-cap', 'ignore the rate limit (certificates per hour); state why in --reason')
    .option('--override-canary', 'do not wait for the current canary wave; state why in --reason')
    .option('--wait', 'wait until the new certificates are verified, and show progress')
    .option('--within <duration>', 'maximum time to wait', '1d')
    .option(
      '--key <key>',
      'idempotency key: if you repeat the command with the same key, nothing is redistributed again (default: a new key each time)',
    )
    .option(
      '--whole-scope <id>',
      'redistribute the Jamf Pro profile with this ID to every Mac in its scope at once; the command first shows the impact; needs the admin role; possible once every 30 days',
    )
    .option(
      '--typed-name <name>',
      'with --whole-scope: name of the profile from the preview, as confirmation',
    );
  withExamples(
    command,
    "recert redistribute --serial C02XK1ABJG5J --reason 'locked out after board swap, INC-4711' --wait",
    "recert redistribute --failed --reason 'the CA is back, INC-4712' --dry-run",
    "recert redistribute --expires-within 3d --reason 'long weekend ahead' --typed-count 37 --wait",
  );
  act(command, cli, options, async ({ options: given }) => {
    const { context } = cli;
    const { wholeScope } = given;
    const named = [...given.id.map((id) => ({ id })), ...given.serial.map((one) => ({ serialNumber: one }))];
    const filtered = narrows(given) || given.failed !== undefined;
    if ([named.length > 0, filtered, wholeScope !== undefined].filter(Boolean).length !== 1)
      throw new CliError(
        EXIT.usage,
        'Select Macs with --serial or --id, with a filter (--failed, --user, --name, --state, --unknown, --expires-within), or with --whole-scope.',
      );
    const client = connect(cli, given);
    if (wholeScope !== undefined) return redistributeWholeScope({ ...given, wholeScope }, client, context);
    const { reason, profile, instance, overrideHourlyCap, overrideCanary } = given;
    const request = { reason, profile, instance, overrideHourlyCap, overrideCanary };
    if (!filtered && named.length <= MOST_AT_ONCE)
      return redistributeSome({ ...given, wish: { ...request, computers: named } }, client, context);
    const targets = filtered ? { filter: filterOf(given, context.now()) } : { computers: named };
    const { typedCount, key } = given;
    return redistributeMany({ ...given, wish: { ...request, ...targets }, typedCount, key }, client, context);
  });
}

function filterOf(
  { user: username, name, state, unknown, expiresWithin, failed }: z.output<typeof options>,
  now: number,
): NonNullable<Wish['filter']> {
  const expiresBefore = expiresWithin === undefined ? undefined : now + expiresWithin;
  return { username, name, state, unknown, expiresBefore, failed: failed === true ? 'all' : failed };
}
