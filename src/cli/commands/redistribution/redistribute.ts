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
  typedCount: z.string().regex(/^\d+$/, 'is no number').optional(),
});

/** Adds `recert redistribute`. */
export function addRedistributeCommand(program: Command, cli: Cli): void {
  const command = program
    .command('redistribute')
    .description(
      'have a profile redistributed to some Macs, or to all that match, whether they are due or not',
    )
    .option('--serial <serial...>', 'serial numbers of the Macs')
    .option('--id <id...>', 'ids of the Macs in Jamf Pro')
    .option(
      '--failed [cause]',
      'all Macs whose redistribution failed and needs a person, or those of one cause of recert failures',
    );
  withFilter(command)
    .requiredOption('--reason <why>', 'why, at least 8 characters: it is kept')
    .option('--dry-run', 'say what would happen and change nothing')
    .option('--typed-count <number>', 'for all that match: the number of Macs, as it was shown')
    .option('--override-hourly-cap', 'go past the hourly cap on certificates; the reason should say why')
    .option('--override-canary', 'do not wait for the canary; the reason should say why')
    .option('--wait', 'wait until the new certificates are proven, and show the way there')
    .option('--within <duration>', 'longest time to wait', '1d')
    .option(
      '--key <key>',
      'idempotency key: the same command with the same key is done once (a new one each time)',
    )
    .option(
      '--whole-scope <id>',
      'send this profile of Jamf Pro to every Mac in its scope at once: shows what that means first; for an admin, once in 30 days',
    )
    .option('--typed-name <name>', 'with --whole-scope: the name of the profile, as it was shown');
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
        'Say whom: Macs with --serial or --id, or all that match with --failed, --user, --name, --state, --unknown or --expires-within, or --whole-scope.',
      );
    const client = connect(cli, given);
    if (wholeScope !== undefined) return redistributeWholeScope({ ...given, wholeScope }, client, context);
    const { reason, profile, instance, overrideHourlyCap, overrideCanary } = given;
    const wish = { reason, profile, instance, overrideHourlyCap, overrideCanary };
    if (!filtered && named.length <= MOST_AT_ONCE)
      return redistributeSome({ ...given, wish: { ...wish, computers: named } }, client, context);
    const whom = filtered ? { filter: filterOf(given, context.now()) } : { computers: named };
    const { typedCount, key } = given;
    return redistributeMany({ ...given, wish: { ...wish, ...whom }, typedCount, key }, client, context);
  });
}

function filterOf(
  { user: username, name, state, unknown, expiresWithin, failed }: z.output<typeof options>,
  now: number,
): NonNullable<Wish['filter']> {
  const expiresBefore = expiresWithin === undefined ? undefined : now + expiresWithin;
  return { username, name, state, unknown, expiresBefore, failed: failed === true ? 'all' : failed };
}
