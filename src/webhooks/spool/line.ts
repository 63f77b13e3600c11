import { z } from 'zod';
import { NewerRecord, storedFormat } from '../../json/stored.js';
import { HINT_REASONS } from '../../store/hints/reasons.js';
import type { RecognizedEvent } from '../recognise/recognise.js';

/** A parsed webhook that is admitted now or later. It contains no secret: `keep` is the body without secrets. */
export interface Arrival {
  recognised: RecognizedEvent;
  /**
   * Webhooks with the same identity within the deduplication window are duplicates; `null` for a webhook that is
   * never a duplicate.
   */
  identity: string | null;
  /** The body without secrets, for the event log. */
  keep: string;
  /** When the webhook arrived, epoch milliseconds. */
  arrivedAt: number;
}

/** One line of the spool: a webhook and the name of its Jamf Pro server. */
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

/**
 * Returns a webhook as one line, with the line break. JSON escapes line breaks in values, so a webhook is always
 * one line.
 */
export function writeLine(spooled: Spooled): string {
  return `${format.write(spooled)}\n`;
}

/** Parses a line; `null` when it is incomplete (power failure) or damaged. @throws NewerRecord */
export function readLine(line: string): Spooled | null {
  return format.tryRead(line, 'line', (error) => {
    if (error instanceof NewerRecord) throw error;
  });
}
