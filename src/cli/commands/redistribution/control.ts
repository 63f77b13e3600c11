import type { Command } from 'commander';
import { z } from 'zod';
import { pauseAnswer } from '../../../contract/resources/control.js';
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

/** Adds `recert pause` and `recert resume`. */
export function addControlCommands(program: Command, cli: Cli): void {
  for (const [name, description] of [
    ['pause', 'pause renewals; monitoring and cleanup continue'],
    ['resume', 'resume renewals; also closes an open circuit breaker'],
  ] as const) {
    const command = program
      .command(name)
      .description(description)
      .requiredOption('--reason <why>', 'reason for the audit log, at least 8 characters')
      .option('--instance <instance>', 'only this Jamf Pro server');
    withExamples(command, `recert ${name} --reason '${name === 'pause' ? 'Okta is down' : 'Okta is back'}'`);
    if (name === 'resume')
      command
        .option('--next-wave', 'start the next canary wave before the current one is verified')
        .option('--end-hold', 'end the cool-down after a restart, an upgrade or errors of Jamf Pro');
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

function resultText({
  instance,
  paused,
  changed,
  breakersClosed,
  holdEnded,
  wavesBegun,
}: z.output<typeof pauseAnswer>['instances'][number]): string {
  if (paused)
    return changed
      ? `${instance}: paused. Run recert resume to continue.`
      : `${instance}: already paused by ${paused.by}: ${paused.reason}`;
  if (!changed) return `${instance}: nothing to resume (not paused, circuit breaker closed).`;
  const closed = breakersClosed.length > 0 ? ` Circuit breaker closed: ${breakersClosed.join(', ')}.` : '';
  const started = wavesBegun.length > 0 ? ` Next canary wave started: ${wavesBegun.join(', ')}.` : '';
  const hold = holdEnded ? ' Cool-down ended.' : '';
  return `${instance}: resumed.${closed}${hold}${started}`;
}
