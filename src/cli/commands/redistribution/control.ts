import type { Command } from 'commander';
import { z } from 'zod';
import { pauseAnswer } from '../../../contract/resources/control.js';
import { act, type Cli, connect } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { printJson } from '../../output/print.js';

const switchOptions = z.object({ reason: z.string(), instance: z.string().optional() });
const resumeOptions = switchOptions.extend({ nextWave: z.boolean().default(false) });

/** Adds `recert pause` and `recert resume`. */
export function addControlCommands(program: Command, cli: Cli): void {
  for (const [name, description] of [
    ['pause', 'stop writing to Jamf; watching, reading and cleaning up go on'],
    ['resume', 'go on writing to Jamf; closes the breaker when it is open'],
  ] as const) {
    const command = program
      .command(name)
      .description(description)
      .requiredOption('--reason <why>', 'why, at least 8 characters: it is kept')
      .option('--instance <instance>', 'one Jamf Pro server instead of all');
    withExamples(command, `recert ${name} --reason '${name === 'pause' ? 'Okta is down' : 'Okta is back'}'`);
    if (name === 'resume')
      command.option('--next-wave', 'let the next canary wave begin, although this one is not verified');
    act(command, cli, name === 'resume' ? resumeOptions : switchOptions, async ({ options }) => {
      const { reason, instance, json } = options;
      const nextWave = 'nextWave' in options ? options.nextWave : undefined;
      const answer = await connect(
        cli,
        options,
      )({ method: 'POST', path: name, body: { reason, instance, nextWave }, answer: pauseAnswer });
      if (json) printJson(cli.context, answer);
      else for (const one of answer.instances) cli.context.out(sentence(one));
      return EXIT.done;
    });
  }
}

function sentence({
  instance,
  paused,
  changed,
  breakersClosed,
  wavesBegun,
}: z.output<typeof pauseAnswer>['instances'][number]): string {
  if (paused)
    return changed
      ? `${instance} is paused: nothing is sent until recert resume.`
      : `${instance} was paused before by ${paused.by}: ${paused.reason}`;
  if (!changed) return `${instance} was not paused, and no breaker is open.`;
  const closed = breakersClosed.length > 0 ? ` Closed: the breaker of ${breakersClosed.join(', ')}.` : '';
  const begun = wavesBegun.length > 0 ? ` The next wave of ${wavesBegun.join(', ')} begins.` : '';
  return `${instance} goes on.${closed}${begun}`;
}
