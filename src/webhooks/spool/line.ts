import { z } from 'zod';
import { HINT_REASONS } from '../../store/hints/reasons.js';
import type { Recognised } from '../recognise/recognise.js';

/** A webhook that was understood, as it is admitted now or later. It holds no secret: `keep` is what `keepable` leaves. */
export interface Arrival {
  recognised: Recognised;
  /** The same within the dedupe window is a duplicate; `null` is never one. */
  identity: string | null;
  /** What is kept of the body for a look. */
  keep: string;
  /** When it came, epoch milliseconds. */
  arrivedAt: number;
}

/** One line of the spool: an arrival and the Jamf Pro server that it is of. */
export interface Spooled extends Arrival {
  instance: string;
}

const text = z.string();
const reason = z.enum(HINT_REASONS);
const computer = z.object({ id: text.nullable(), serialNumber: text, udid: text });

const lineSchema = z.object({
  v: z.literal(1),
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

/** One line, with its end. JSON escapes line ends, so an event never takes two. */
export function writeLine(spooled: Spooled): string {
  return `${JSON.stringify({ v: 1, ...spooled })}\n`;
}

/** `null` when it is not a whole line of ours: torn by a power cut, or damaged. */
export function readLine(line: string): Spooled | null {
  try {
    const read = lineSchema.safeParse(JSON.parse(line));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
