import { z } from 'zod';
import { NewerRecord, storedFormat } from '../../json/stored.js';
import { HINT_REASONS } from '../../store/hints/reasons.js';
import type { RecognizedEvent } from '../recognise/recognise.js';

/** A parsed webhook to be admitted now or later. It contains no secret: `keep` is redacted by `keepable`. */
export interface Arrival {
  recognised: RecognizedEvent;
  /** Webhooks with the same identity within the deduplication window are duplicates; `null`: never a duplicate. */
  identity: string | null;
  /** The redacted body for the event log. */
  keep: string;
  /** Time of arrival, epoch milliseconds. */
  arrivedAt: number;
}

/** One line of the spool: an arrival and the name of its Jamf Pro server. */
export interface Spooled extends Arrival {
  instance: string;
}

const text = z.string();
const reason = z.enum(HINT_REASONS);
const computer = z.object({ id: text.nullable(), serialNumber: text, udid: text });

const lineSchema = z.object({
  instance: text,
  identity: text.nullable(),
  keep: text,
  arrivedAt: z.number(),
  recognised: z.object({
    event: text,
    known: z.boolean(),
    at: z.number().nullable(),
    webhookId: text,
    effect: z.discriminatedUnion('does', [
      z.object({ does: z.literal('hint'), computer, reason, later: z.boolean() }),
      z.object({ does: z.literal('hints'), computerIds: z.array(text), reason }),
      z.object({ does: z.literal('touch'), computer }),
      z.object({ does: z.literal('profile'), profileId: text }),
      z.object({ does: z.literal('hold'), holdMs: z.number() }),
      z.object({ does: z.literal('none') }),
    ]),
  }),
});

const format = storedFormat<Spooled>('spooled webhook', lineSchema);

/** Returns the line with its line break. JSON escapes line breaks in values, so that an event is always one line. */
export function writeLine(spooled: Spooled): string {
  return `${format.write(spooled)}\n`;
}

/** Parses a line; `null` when it is incomplete (power failure) or damaged. @throws NewerRecord */
export function readLine(line: string): Spooled | null {
  return format.tryRead(line, 'line', (error) => {
    if (error instanceof NewerRecord) throw error;
  });
}
