import type { Command } from 'commander';
import { z } from 'zod';
import { forgetAnswer, pauseAnswer } from '../../../contract/resources/control.js';
import { act, type Cli, connect } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { printJson } from '../../output/print.js';

const controlOptions = z.object({
  reason: z.string(),
  instance: z.string().optional(),
  nextWave: z.boolean().optional(),
  endHold: z.boolean().optional(),
});

/** Adds `recert pause` and `recert resume`, which stop and restart all redistributions of one or all Jamf Pro servers. */
export function addControlCommands(program: Command, cli: Cli): void {
  for (const [name, description] of [
    ['pause', 'pause renewals; monitoring and cleanup continue'],
    ['resume', 'resume renewals, close an open circuit breaker, and confirm missing Macs'],
  ] as const) {
    const command = program
      .command(name)
      .description(description)
      .requiredOption('--reason <why>', 'reason for the audit log, at least 8 characters')
      .option('--instance <instance>', 'only this Jamf Pro server');
    withExamples(command, `recert ${name} --reason '${name === 'pause' ? 'Okta is down' : 'Okta is back'}'`);
    if (name === 'resume')
      command
        .option(
          '--next-wave',
          'also start the next canary wave, even if the current wave is not verified yet',
        )
        .option(
          '--end-hold',
          'also end the cool-down (hold) that follows a restart, an upgrade or errors of Jamf Pro',
        );
    act(command, cli, controlOptions, async ({ options }) => {
      const { reason, instance, nextWave, endHold, json } = options;
      const answer = await connect(
        cli,
        options,
      )({ method: 'POST', path: name, body: { reason, instance, nextWave, endHold }, answer: pauseAnswer });
      if (json) printJson(cli.context, answer);
      else for (const one of answer.instances) cli.context.out(resultText(one));
      return EXIT.done;
    });
  }
}

const forgetOptions = z.object({ reason: z.string() });

/**
 * Adds `recert forget`, which closes the open redistributions and deletes the exclusion leases of a Jamf Pro server
 * that was removed from the configuration.
 */
export function addForgetCommand(program: Command, cli: Cli): void {
  const command = program
    .command('forget <instance>')
    .description(
      'close the redistributions and delete the exclusion leases of a Jamf Pro server that was removed from the configuration; changes nothing in Jamf Pro',
    )
    .requiredOption('--reason <why>', 'reason for the audit log, at least 8 characters');
  withExamples(command, "recert forget old --reason 'the server was shut down'");
  act(command, cli, forgetOptions, async ({ options, words: [instance = ''] }) => {
    const { reason, json } = options;
    const path = `removed-instances/${encodeURIComponent(instance)}/forget`;
    const answer = await connect(
      cli,
      options,
    )({ method: 'POST', path, body: { reason }, answer: forgetAnswer });
    if (json) printJson(cli.context, answer);
    else
      cli.context.out(
        `${answer.instance}: closed ${answer.closed} redistributions, deleted ${answer.excluded} exclusion leases.${answer.left > 0 ? ` ${answer.left} are still open: run the command again.` : ''}`,
      );
    return EXIT.done;
  });
}

function resultText({
  instance,
  paused,
  changed,
  breakersClosed,
  holdEnded,
  fallAccepted,
  wavesBegun,
}: z.output<typeof pauseAnswer>['instances'][number]): string {
  if (paused)
    return changed
      ? `${instance}: renewals are paused. Run recert resume to resume them.`
      : `${instance}: renewals were already paused by ${paused.by}: ${paused.reason}`;
  if (!changed)
    return `${instance}: nothing to resume (renewals are not paused, and no circuit breaker is open).`;
  const closed = breakersClosed.length > 0 ? ` Circuit breaker closed: ${breakersClosed.join(', ')}.` : '';
  const started = wavesBegun.length > 0 ? ` Next canary wave started: ${wavesBegun.join(', ')}.` : '';
  const hold = holdEnded ? ' The cool-down has ended.' : '';
  const confirmed = fallAccepted
    ? ' Confirmed that the missing Macs, the targets of the scope, or the members of its groups are gone.'
    : '';
  return `${instance}: renewals are resumed.${closed}${hold}${confirmed}${started}`;
}
