import type { Command } from 'commander';
import { z } from 'zod';
import { overview } from '../../../contract/resources/overview.js';
import { act, type Cli, connect } from '../../cli.js';
import type { Context } from '../../context.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { macs, printJson, table, when } from '../../output/print.js';

type Overview = z.output<typeof overview>;
type InstanceLook = Overview['instances'][number];

/** Adds `recert status`, which prints the health of the service with all findings on one screen. */
export function addStatusCommand(program: Command, cli: Cli): void {
  const status = program
    .command('status')
    .description('show whether the service is healthy, with all findings; exit code 1 if it is unhealthy');
  withExamples(status, 'recert status --json | jq .findings');
  act(status, cli, z.object({}), async ({ options }) => {
    const look = await connect(cli, options)({ path: 'overview', answer: overview });
    if (options.json) printJson(cli.context, look);
    else cli.context.out(screen(look, cli.context));
    return look.healthy ? EXIT.done : EXIT.failed;
  });
}

function screen(look: Overview, context: Context): string {
  const { colors } = context;
  const verdict = look.healthy ? colors.green('healthy') : colors.red('unhealthy');
  const findings = look.findings.map(({ severity, instance, text, command }) => {
    const mark = severity === 'error' ? colors.red('✗') : colors.yellow('!');
    return `${mark} ${instance === null ? '' : `${instance}: `}${text}${command === null ? '' : colors.dim(` ${command}`)}`;
  });
  return [
    [`Recert ${look.version}: ${verdict}`, ...findings].join('\n'),
    ...look.instances.map((instance) => instanceScreen(instance, look.at, context)),
    table(
      ['QUEUE', 'WAITING', 'ACTIVE', 'DELAYED', 'FAILED', 'WORKERS'],
      look.queues.map(({ name, ...counts }) => [
        name,
        ...[counts.waiting, counts.active, counts.delayed, counts.failed, counts.workers].map(String),
      ]),
      colors,
    ),
  ].join('\n\n');
}

function instanceScreen(instance: InstanceLook, now: number, { colors }: Context): string {
  const { computers, redistributions, lastWebhookAt, lastSweepAt, hints } = instance;
  const counts = [
    `${redistributions.due} due`,
    `${redistributions.inFlight} in progress`,
    `${redistributions.blocked} blocked`,
    `${redistributions.failed} failed`,
    `${redistributions.verified} verified`,
  ];
  const retired = computers.retired > 0 ? ` (${computers.retired} retired)` : '';
  return [
    `${colors.bold(instance.name)} ${colors.dim(instance.url)}`,
    `${macs(computers.known)}${retired} · last webhook ${when(lastWebhookAt, now)} · last sweep ${when(lastSweepAt, now)} · assessment backlog ${hints}`,
    `Redistributions: ${counts.join(' · ')}`,
    table(
      ['PROFILE', 'MODE', 'HEALTHY', 'DUE', 'OVERDUE', 'EXPIRED', 'UNKNOWN', 'OUT OF SCOPE', 'STATUS KNOWN'],
      instance.profiles.map(({ name, mode, states, coverage }) => [
        name,
        mode,
        String(states.healthy),
        warn(states.due, colors.yellow),
        warn(states.overdue, colors.red),
        warn(states.expired, colors.red),
        warn(states.unknown, colors.yellow),
        String(states['out-of-scope']),
        coverage === null ? '–' : `${(coverage * 100).toFixed(1)} %`,
      ]),
      colors,
    ),
    ...instance.profiles.flatMap(({ name, capacity }) =>
      capacity === null
        ? []
        : [
            `Capacity (${name}): ${capacity.hourlyCap.toLocaleString('en')} certificates an hour, ${capacity.inFlight.toLocaleString('en')} in progress. ${colors.dim(capacity.reasons.join(' '))}`,
          ],
    ),
    ...instance.profiles.flatMap(({ name, measured }) =>
      measured?.inactive === undefined
        ? []
        : [
            colors.dim(
              `${macs(measured.inactive)} with the profile (${name}): Jamf Pro lists only inactive certificates. Recert uses them, because Jamf Pro does not know the CA.`,
            ),
          ],
    ),
    ...instance.profiles.flatMap(({ name, mechanisms = [], additions = [] }) =>
      additions.length === 0
        ? []
        : [colors.dim(`${name} is renewed by ${mechanisms.join(', ')}. ${additions.join(' ')}`)],
    ),
  ].join('\n');
}

function warn(count: number, color: (text: string) => string): string {
  return count === 0 ? '0' : color(String(count));
}
