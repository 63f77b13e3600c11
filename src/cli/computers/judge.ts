import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { sentenceOf } from '../../application/fleet/describe-assessment.js';
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

/** What `recert computers judge` is told beside the file. */
export const judgeOptions = z.object({
  identifier: z
    .array(z.string().trim().min(1))
    .max(2, 'are at most two: those of blue and green')
    .default([]),
  subject: z.string().optional(),
  window: z.string().optional(),
  stale: z.string().optional(),
  at: z.string().optional(),
});

/** A page of inventory has some megabytes, one Mac of the Classic API with all its sections as much. */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/**
 * Reads records of computers as Jamf gave them (inventory v3 or v4, one, a list or a page; Classic, as JSON or XML) and says what Recert
 * makes of them, with neither Jamf nor Redis: for support, and to see how odd records are judged.
 */
export async function judgeRecords(
  file: string,
  options: z.output<typeof judgeOptions> & { json: boolean },
  context: Context,
): Promise<ExitCode> {
  const watched = watchedBy(options);
  const now = options.at === undefined ? context.now() : toInstant(options.at);
  if (now === null) throw new CliError(EXIT.usage, `--at: write an instant like 2026-11-24T10:00:00Z`);
  const records = recordsIn(await textOf(file));
  const judged = records.map((record) => {
    const computer = readClassicRecord(record) ?? readRecord(record)?.computer ?? null;
    return computer && { computer, ...judge(computer, watched, now) };
  });
  const read = judged.filter((one) => one !== null);
  if (read.length === 0) throw new CliError(EXIT.failed, `${file} has no record of a computer with an id.`);
  const unread = judged.length - read.length;
  if (options.json) printJson(context, { at: now, computers: read, unread });
  else
    context.out(
      table(
        ['ID', 'NAME', 'SERIAL', 'STATE', 'EXPIRES', 'MATCHING', 'WHY'],
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
  if (unread > 0) context.err(`${unread} without an id that could be one: left out.`);
  return EXIT.done;
}

function judge(computer: Computer, watched: WatchedProfile, now: number) {
  const assessment = assess(computer, watched, now);
  return { assessment, sentence: sentenceOf(assessment, now) };
}

async function textOf(file: string): Promise<string> {
  return readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch(() => {
    throw new CliError(EXIT.usage, `${file} cannot be read`);
  });
}

/** Every record in a text: a page has them under `results`. */
function recordsIn(text: string): unknown[] {
  const content = text.trimStart().startsWith('<') ? asXml(text) : asJson(text);
  const page = z.object({ results: z.array(z.unknown()) }).safeParse(content);
  return page.success ? page.data.results : [content].flat();
}

function asXml(text: string): unknown {
  try {
    return parseXml(text, { limit: MOST_CHARACTERS });
  } catch {
    throw new CliError(EXIT.usage, 'This is not well-formed XML.');
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CliError(EXIT.usage, 'This is neither JSON nor XML.');
  }
}

/** A profile for every Mac, watched by what was said, else as the configuration has it by default. */
function watchedBy({ identifier, subject, window, stale }: z.output<typeof judgeOptions>): WatchedProfile {
  if (identifier.length === 0 && subject === undefined)
    throw new CliError(
      EXIT.usage,
      'Which certificate? Say the identifier of the profile with --identifier, or a pattern of the subject with --subject.',
    );
  const overlap = { blue: 1, green: 2, joinGreen: 1, leaveBlue: 2 };
  const policy = profileSchema.safeParse({ subject, window, stale, overlap, jitter: '0s' });
  if (!policy.success)
    throw new CliError(
      EXIT.usage,
      policy.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('\n'),
    );
  const nobody = { computerIds: [], groupIds: [], departments: [], buildings: [] };
  const half = (id: string, known: string | undefined) => ({
    id,
    name: id,
    identifier: known ?? '',
    level: 'System' as const,
    scope: { ...nobody, allComputers: true, exclusions: nobody },
  });
  const [blue, green] = identifier;
  return {
    instance: 'file',
    name: 'file',
    policy: policy.data,
    blue: half('1', blue),
    green: half('2', green),
  };
}
