import { sized } from '../../domain/capacity/sized.js';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { describeAssessment } from '../../application/fleet/describe-assessment.js';
import { profileSchema } from '../../config/sections/profile.js';
import { assess } from '../../domain/assess.js';
import type { Computer } from '../../domain/computer.js';
import type { WatchedProfile } from '../../domain/watched.js';
import { readClassicRecord } from '../../jamf/parsing/classic-record.js';
import { readRecord } from '../../jamf/parsing/computer-record.js';
import { toInstant } from '../../jamf/parsing/instant.js';
import { parseXml } from '../../xml/parse.js';
import type { Context } from '../context.js';
import { CliError, EXIT, type ExitCode } from '../exit.js';
import { exactly, printJson, state, table } from '../output/print.js';

/** Options of `recert computers judge`, which assesses computer records from a file. */
export const judgeOptions = z.object({
  identifier: z
    .array(z.string().trim().min(1))
    .max(2, 'accepts at most two values: the blue and the green profile')
    .default([]),
  subject: z.string().optional(),
  window: z.string().optional(),
  stale: z.string().optional(),
  at: z.string().optional(),
});

/**
 * Maximum number of characters that are parsed. A page of inventory is some megabytes long, and so is a Classic API
 * record with all sections.
 */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/**
 * Assesses computer records from a file: inventory v3 or v4 (record, list or page) or Classic API records, as JSON
 * or XML. Needs neither Jamf Pro nor Redis. Support uses it to see how Recert assesses an unusual record.
 */
export async function judgeRecords(
  file: string,
  options: z.output<typeof judgeOptions> & { json: boolean },
  context: Context,
): Promise<ExitCode> {
  const watched = watchedBy(options);
  const now = options.at === undefined ? context.now() : toInstant(options.at);
  if (now === null) throw new CliError(EXIT.usage, `--at: must be a time such as 2026-11-24T10:00:00Z`);
  const records = recordsIn(await textOf(file));
  const judged = records.map((record) => {
    const computer = readClassicRecord(record) ?? readRecord(record)?.computer ?? null;
    return computer && { computer, ...judge(computer, watched, now) };
  });
  const read = judged.filter((one) => one !== null);
  if (read.length === 0) throw new CliError(EXIT.failed, `${file} contains no computer record with an ID.`);
  const unread = judged.length - read.length;
  if (options.json) printJson(context, { at: now, computers: read, unread });
  else
    context.out(
      table(
        ['ID', 'NAME', 'SERIAL', 'STATE', 'EXPIRES', 'MATCHING', 'REASON'],
        read.map(({ computer, assessment, sentence }) => [
          computer.id,
          computer.name,
          computer.serialNumber,
          state(assessment.state, context.colors),
          exactly(assessment.certificate?.expiresAt ?? null),
          `${assessment.matching} of ${computer.certificates.length}`,
          sentence,
        ]),
        context.colors,
      ),
    );
  if (unread > 0) context.err(`Skipped ${unread} records without a valid ID.`);
  return EXIT.done;
}

function judge(computer: Computer, watched: WatchedProfile, now: number) {
  const assessment = assess(computer, watched, now);
  return { assessment, sentence: describeAssessment(assessment, now) };
}

async function textOf(file: string): Promise<string> {
  return readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch(() => {
    throw new CliError(EXIT.usage, `Cannot read ${file}.`);
  });
}

/** Returns all computer records in a text. In a page of inventory, they are under `results`. */
function recordsIn(text: string): unknown[] {
  const content = text.trimStart().startsWith('<') ? asXml(text) : asJson(text);
  const page = z.object({ results: z.array(z.unknown()) }).safeParse(content);
  return page.success ? page.data.results : [content].flat();
}

function asXml(text: string): unknown {
  try {
    return parseXml(text, { limit: MOST_CHARACTERS });
  } catch {
    throw new CliError(EXIT.usage, 'The input is not well-formed XML.');
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CliError(EXIT.usage, 'The input is neither JSON nor XML.');
  }
}

/**
 * Builds a watched profile that applies to every Mac, from the command-line options and the defaults of the
 * configuration.
 */
function watchedBy({ identifier, subject, window, stale }: z.output<typeof judgeOptions>): WatchedProfile {
  if (identifier.length === 0 && subject === undefined)
    throw new CliError(
      EXIT.usage,
      'Select the certificate: set the identifier of the profile with --identifier, or a pattern for the subject with --subject.',
    );
  const overlap = { blue: 1, green: 2, joinGreen: 1, leaveBlue: 2 };
  const policy = profileSchema.safeParse({ subject, window, stale, overlap, jitter: '0s' });
  if (!policy.success)
    throw new CliError(
      EXIT.usage,
      policy.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'),
    );
  const emptyScope = { computerIds: [], groupIds: [], departments: [], buildings: [] };
  const half = (id: string, known: string | undefined) => ({
    id,
    name: id,
    identifier: known ?? '',
    level: 'System' as const,
    scope: { ...emptyScope, allComputers: true, exclusions: emptyScope },
  });
  const [blue, green] = identifier;
  return {
    instance: 'file',
    name: 'file',
    policy: sized(policy.data, null),
    blue: half('1', blue),
    green: half('2', green),
  };
}
