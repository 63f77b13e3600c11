import type { Command } from 'commander';
import { z } from 'zod';
import { auditPage } from '../../../contract/resources/audit.js';
import { act, type Cli, connect } from '../../cli.js';
import { csv, csvInstant } from '../../output/csv.js';
import { EXIT } from '../../exit.js';
import { withExamples } from '../../options.js';
import { limit, readPages } from '../../http/pages.js';
import { exactly, printJson, state, table } from '../../output/print.js';

const options = z.object({ limit, csv: z.boolean().default(false) });

type Page = z.output<typeof auditPage>;

/** Adds `recert audit`, which shows the audit log as text, CSV or JSON. */
export function addAuditCommand(program: Command, cli: Cli): void {
  const audit = program
    .command('audit')
    .description('show the audit log: who did what and why, on how many Macs, and the result')
    .option('--limit <count>', 'maximum number of entries, newest first', '50')
    .option('--csv', 'print the entries as CSV');
  withExamples(audit, 'recert audit', 'recert audit --limit 10000 --csv > audit.csv');
  act(audit, cli, options, async ({ options: given }) => {
    const { context } = cli;
    const asked = { path: 'audit', answer: auditPage };
    const paging = { items: (page: Page) => page.entries, most: given.limit };
    const entries = await readPages(connect(cli, given), asked, paging);
    if (given.json) printJson(context, entries);
    else if (given.csv) context.out(auditCsv(entries));
    else if (entries.length === 0) context.out('The audit log is empty.');
    else
      context.out(
        table(
          ['WHEN', 'USER', 'ACTION', 'MACS', 'REASON', 'RESULT'],
          entries.map((entry) => [
            exactly(entry.at),
            `${entry.who} (${entry.role})`,
            `${entry.action}${entry.instance === null ? '' : ` on ${entry.instance}`}`,
            entry.computers === 0 ? '–' : String(entry.computers),
            entry.reason,
            `${state(entry.outcome, context.colors)} ${entry.result}`,
          ]),
          context.colors,
        ),
      );
    return EXIT.done;
  });
}

function auditCsv(entries: Page['entries']): string {
  return csv(
    [
      'at',
      'who',
      'role',
      'via',
      'action',
      'instance',
      'computers',
      'reason',
      'outcome',
      'result',
      'subjects',
    ],
    entries.map((entry) => [
      csvInstant(entry.at),
      entry.who,
      entry.role,
      entry.via,
      entry.action,
      entry.instance ?? '',
      String(entry.computers),
      entry.reason,
      entry.outcome,
      entry.result,
      entry.subjects.join(' '),
    ]),
  );
}
