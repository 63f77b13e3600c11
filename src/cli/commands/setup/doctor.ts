import type { Command } from 'commander';
import { z } from 'zod';
import { ConfigError, loadConfig } from '../../../config/load.js';
import type { Finding } from '../../../doctor/finding.js';
import { act, type Cli } from '../../cli.js';
import { resolveConnection } from '../../http/client.js';
import type { Context } from '../../context.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { findingLine } from '../../output/findings.js';
import { printJson } from '../../output/print.js';

const options = z.object({ workerUrl: z.string().optional() });

/** Adds `recert doctor`: the whole path from Jamf to the worker, a line for each thing that was looked at. */
export function addDoctorCommand(program: Command, cli: Cli): void {
  const doctor = program
    .command('doctor')
    .description('look at the whole path, and say for each fault what to do; exit code 1 when there is one')
    .option('--worker-url <url>', 'address of a worker, to ask it as well')
    .addHelpText(
      'after',
      '\nNeeds the configuration (RECERT_CONFIG), writes nothing. With --url or RECERT_URL the receiver and the workers are looked at as well.',
    );
  withExamples(doctor, 'RECERT_CONFIG=recert.yaml recert doctor --url https://recert.example.com');
  act(doctor, cli, options, async ({ options: given }) => {
    const { context } = cli;
    const { workerUrl, json } = given;
    const asked = given.url ?? context.environment.RECERT_URL;
    const receiver = asked === undefined ? undefined : resolveConnection(given, context.environment).url;
    const findings = await examination(context, { receiver, worker: workerUrl?.replace(/\/+$/u, '') });
    const failed = findings.filter(({ level }) => level === 'fail').length;
    const warned = findings.filter(({ level }) => level === 'warn').length;
    if (json) printJson(context, { ok: failed === 0, findings });
    else {
      context.out(findings.map((finding) => findingLine(finding, context)).join('\n'));
      context.err(`${findings.length} looked at, ${failed} failed, ${warned} to know of.`);
    }
    return failed === 0 ? EXIT.done : EXIT.failed;
  });
}

async function examination(
  { environment, now }: Context,
  places: { receiver: string | undefined; worker: string | undefined },
): Promise<Finding[]> {
  try {
    const config = loadConfig(environment);
    // Loaded when it is needed: it brings the clients of Redis and of Jamf.
    const { examine } = await import('../../../doctor/run.js');
    return await examine(config, { now, ...places });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const todo = 'Mend the configuration; recert config check --describe explains every setting.';
    return error.problems.map((said) => ({
      level: 'fail' as const,
      instance: null,
      check: 'configuration',
      said,
      todo,
    }));
  }
}
