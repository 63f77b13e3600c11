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

/** Adds `recert doctor`, which checks the whole path from Jamf Pro to the worker and prints one line per check. */
export function addDoctorCommand(program: Command, cli: Cli): void {
  const doctor = program
    .command('doctor')
    .description('check the whole setup, and show how to fix each problem; exit code 1 if there is a problem')
    .option('--worker-url <url>', 'address of a worker, to check its health as well')
    .addHelpText(
      'after',
      '\nNeeds the configuration (RECERT_CONFIG) and changes nothing. With --url or RECERT_URL, the command also checks the receiver and the workers.',
    );
  withExamples(doctor, 'RECERT_CONFIG=recert.yaml recert doctor --url https://recert.example.com');
  act(doctor, cli, options, async ({ options: given }) => {
    const { context } = cli;
    const { workerUrl, json } = given;
    const address = given.url ?? context.environment.RECERT_URL;
    const receiver = address === undefined ? undefined : resolveConnection(given, context.environment).url;
    const findings = await runChecks(context, { receiver, worker: workerUrl?.replace(/\/+$/u, '') });
    const failed = findings.filter(({ level }) => level === 'fail').length;
    const warned = findings.filter(({ level }) => level === 'warn').length;
    if (json) printJson(context, { ok: failed === 0, findings });
    else {
      context.out(findings.map((finding) => findingLine(finding, context)).join('\n'));
      context.err(`${findings.length} checks, ${failed} failed, ${warned} warnings.`);
    }
    return failed === 0 ? EXIT.done : EXIT.failed;
  });
}

async function runChecks(
  { environment, now }: Context,
  places: { receiver: string | undefined; worker: string | undefined },
): Promise<Finding[]> {
  try {
    const config = loadConfig(environment);
    // The module is imported only here, so other commands do not load the Redis and Jamf Pro clients.
    const { runDoctor } = await import('../../../doctor/run.js');
    return await runDoctor(config, { now, ...places });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const todo = 'Fix the configuration; recert config check --describe explains every setting.';
    return error.problems.map((said) => ({
      level: 'fail' as const,
      instance: null,
      check: 'configuration',
      said,
      todo,
    }));
  }
}
