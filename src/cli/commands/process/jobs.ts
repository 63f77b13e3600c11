import type { Command } from 'commander';
import { z } from 'zod';
import { QUEUES } from '../../../contract/queue-names.js';
import { failedJobsAnswer, failedJobsChanged } from '../../../contract/resources/jobs.js';
import { act, type Cli, connect } from '../../cli.js';
import { EXIT } from '../../exit.js';
import { choice, withExamples } from '../../options.js';
import { exactly, printJson, table } from '../../output/print.js';

const queue = z.enum(QUEUES);

/** Adds `recert jobs` with the subcommands `list`, `retry` and `clear`, for queue jobs that failed. */
export function addJobsCommand(program: Command, cli: Cli): void {
  const jobs = program.command('jobs').description('list, retry or delete failed jobs').helpCommand(false);
  addList(jobs, cli);
  addChange(jobs, cli, {
    name: 'retry',
    description: 'add failed jobs to their queue again',
    done: 'retried',
  });
  addChange(jobs, cli, { name: 'clear', description: 'delete failed jobs', done: 'deleted' });
}

function addList(jobs: Command, cli: Cli): void {
  const list = jobs
    .command('list', { isDefault: true })
    .description('list failed jobs, newest first; exit code 1 if there are any')
    .addOption(choice('--queue <queue>', 'only jobs of this queue', QUEUES));
  withExamples(list, 'recert jobs list', 'recert jobs list --queue redistribute');
  act(list, cli, z.object({ queue: queue.optional() }), async ({ options }) => {
    const { context } = cli;
    const query = { queue: options.queue };
    const answer = await connect(cli, options)({ path: 'jobs/failed', query, answer: failedJobsAnswer });
    if (options.json) printJson(context, answer);
    else if (answer.jobs.length === 0) context.err('There are no failed jobs.');
    else
      context.out(
        table(
          ['QUEUE', 'ID', 'SERVER', 'FAILED', 'ATTEMPTS', 'ERROR'],
          answer.jobs.map(({ queue: of, id, instance, failedAt, attempts, error }) => [
            of,
            id,
            instance ?? '–',
            exactly(failedAt),
            String(attempts),
            error,
          ]),
          context.colors,
        ),
      );
    return answer.jobs.length === 0 ? EXIT.done : EXIT.failed;
  });
}

function addChange(
  jobs: Command,
  cli: Cli,
  { name, description, done }: { name: 'retry' | 'clear'; description: string; done: string },
): void {
  const command = jobs
    .command(name)
    .description(description)
    .addOption(choice('--queue <queue>', 'queue of the jobs', QUEUES).makeOptionMandatory())
    .option('--id <id...>', 'IDs of the jobs (default: all failed jobs of the queue)')
    .requiredOption('--reason <why>', 'reason for the audit log, at least 8 characters');
  withExamples(command, `recert jobs ${name} --queue redistribute --reason 'Redis was full, INC-4713'`);
  const options = z.object({ queue, id: z.array(z.string()).optional(), reason: z.string() });
  act(command, cli, options, async ({ options: { queue: of, id: ids, reason, ...given } }) => {
    const answer = await connect(
      cli,
      given,
    )({ method: 'POST', path: `jobs/${name}`, body: { queue: of, ids, reason }, answer: failedJobsChanged });
    if (given.json) printJson(cli.context, answer);
    else cli.context.out(`${answer.changed} ${done}, ${answer.skipped} no longer failed.`);
    return EXIT.done;
  });
}
