import type { Command } from 'commander';
import { z } from 'zod';
import { auditPage } from '../../api/schemas/audit.js';
import { act, type Cli, connect } from '../cli.js';
import { EXIT } from '../exit.js';
import { exactly, printJson, state, table } from '../print.js';

const options = z.object({ limit: z.coerce.number('is a number').int().min(1).max(10_000).default(50) });

type Entry = z.output<typeof auditPage>['entries'][number];

/** Adds `recert audit`. */
export function addAuditCommand(program: Command, cli: Cli): void {
  const audit = program
    .command('audit')
    .description('what people did: who, what, why, on how many Macs, what came of it')
    .option('--limit <count>', 'most entries to print, newest first', '50');
  act(audit, cli, options, async ({ options: given }) => {
    const client = connect(cli, given);
    const { limit, json } = given;
    const entries: Entry[] = [];
    let cursor: string | undefined;
    do {
      const page = await client({
        path: 'audit',
        query: { cursor, limit: Math.min(500, limit - entries.length) },
        answer: auditPage,
      });
      entries.push(...page.entries);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined && entries.length < limit);
    const { context } = cli;
    if (json) printJson(context, entries);
    else
      context.out(
        table(
          ['WHEN', 'WHO', 'WHAT', 'MACS', 'WHY', 'CAME OF IT'],
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
