import { z } from 'zod';
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

/** Returns the index entry of a failed redistribution as JSON; `''` when the redistribution has not failed. */
export function packFailing(record: Redistribution): string {
  const { id, profile, computerId, state, since } = record;
  if (state !== 'needs-human' && state !== 'retry') return '';
  const failing: Failing = { id, profile, computerId, state, since, cause: causeOfFailure(record) };
  return JSON.stringify(failing);
}

/** Parses the result of `packFailing`. */
export function unpackFailing(text: string): Failing {
  return failingSchema.parse(JSON.parse(text));
}
