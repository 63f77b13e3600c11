import type { Command } from 'commander';
import { z } from 'zod';
import { failuresAnswer } from '../../../contract/resources/failures.js';
import { act, type Cli, connect } from '../../cli.js';
import type { Context } from '../../context.js';
import { EXIT } from '../../exit.js';
import { instance, withExamples, withInstance } from '../../options.js';
import { exactly, macs, printJson, stateLabel, table, when } from '../../output/print.js';

type Failures = z.output<typeof failuresAnswer>;

const options = z.object({ instance, all: z.boolean().default(false) });

/** Maximum number of Macs that are shown for each cause without `--all`. */
const SHOWN = 6;

/** Adds `recert failures`, which shows failed and blocked renewals, grouped by cause. */
export function addFailuresCommand(program: Command, cli: Cli): void {
  const failures = withInstance(
    program
      .command('failures')
      .description(
        'show failed and blocked renewals by cause, with instructions; exit code 1 if a renewal needs attention',
      )
      .option('--all', `show all Macs of each cause instead of the first ${SHOWN}`),
  );
  withExamples(
    failures,
    'recert failures',
    "recert redistribute --failed --reason 'the CA is back, INC-4712' --dry-run",
    "recert failures --json | jq -r '.groups[].computers[].serialNumber'",
  );
  act(failures, cli, options, async ({ options: { all, ...given } }) => {
    const query = { instance: given.instance };
    const answer = await connect(cli, given)({ path: 'failures', query, answer: failuresAnswer });
    if (given.json) printJson(cli.context, answer);
    else cli.context.out(screen(answer, all ? Infinity : SHOWN, cli.context));
    return answer.groups.some(({ waiting }) => waiting > 0) ? EXIT.failed : EXIT.done;
  });
}

function screen({ groups, blocked, complete }: Failures, most: number, context: Context): string {
  const { colors, now } = context;
  if (groups.length + blocked.length === 0)
    return colors.green('No renewal has failed, and none is blocked.');
  const waits = table(
    ['BLOCKED BY', 'MACS', 'SINCE', 'EXAMPLE'],
    blocked.map(({ reason, count, oldestAt, text }) => [
      colors.yellow(reason),
      String(count),
      when(oldestAt, now()),
      text,
    ]),
    colors,
  );
  return [
    ...groups.map((group) => causeText(group, most, context)),
    ...(blocked.length > 0 ? [waits] : []),
    ...(complete
      ? []
      : ['Incomplete: there are more failed or blocked renewals than one response can include.']),
  ].join('\n\n');
}

function causeText(group: Failures['groups'][number], most: number, { colors }: Context): string {
  const { id, title, profile, waiting, retrying, said, todo, latestAt, computers } = group;
  const counts = [
    ...(waiting > 0 ? [colors.red(`${macs(waiting)} ${waiting === 1 ? 'needs' : 'need'} attention`)] : []),
    ...(retrying > 0 ? [colors.yellow(`${macs(retrying)} retrying automatically`)] : []),
  ];
  const shown = computers.slice(0, most);
  return [
    `${colors.bold(title)} ${colors.dim(`(${id}, ${profile})`)}`,
    `  ${counts.join(', ')}, latest ${exactly(latestAt)}`,
    ...(said === '' ? [] : [`  response: ${said}`]),
    `  ${todo}`,
    ...shown.map(
      (mac) =>
        `  ${mac.serialNumber || mac.id}  ${mac.name}  ${stateLabel(mac.state)}  ${colors.dim(mac.redistributionId)}`,
    ),
    ...(computers.length > shown.length
      ? [`  and ${computers.length - shown.length} more (shown with --all)`]
      : []),
  ].join('\n');
}
