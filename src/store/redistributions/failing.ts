import { z } from 'zod';
import { type ReportUnreadable, storedFormat } from '../../json/stored.js';
import { causeOfFailure, FAILURES } from '../../domain/redistribution/failure.js';
import { NATIVE_CAUSES, type Redistribution } from '../../domain/redistribution/record.js';

const failingSchema = z.object({
  id: z.string(),
  profile: z.string(),
  computerId: z.string(),
  state: z.enum(['needs-human', 'retry']),
  since: z.int(),
  cause: z.object({
    kind: z.enum(FAILURES),
    said: z.string(),
    likeness: z.string(),
    native: z.enum(NATIVE_CAUSES).optional(),
  }),
});

/** Summary of a failed redistribution, for the list of failures by cause. */
export type Failing = z.output<typeof failingSchema>;

const format = storedFormat<Failing>('failed redistribution', failingSchema);

/** Returns the index entry of a failed redistribution as JSON; `''` when the redistribution has not failed. */
export function packFailing(record: Redistribution): string {
  const { id, profile, computerId, state, since } = record;
  if (state !== 'needs-human' && state !== 'retry') return '';
  const failing: Failing = { id, profile, computerId, state, since, cause: causeOfFailure(record) };
  return format.write(failing);
}

/** Parses the result of `packFailing`; `null` when it cannot be read. `field` names it. */
export function unpackFailing(text: string, field: string, report: ReportUnreadable): Failing | null {
  return format.tryRead(text, field, report);
}
