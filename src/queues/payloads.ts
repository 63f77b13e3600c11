import { z } from 'zod';

/** Read the hints of one instance, gathered so far. */
export const assessPayload = z.strictObject({ instance: z.string() });

/** Step one redistribution; its state is in the store, not in the job. */
export const redistributePayload = z.strictObject({ instance: z.string(), redistributionId: z.string() });

/**
 * Find what no webhook told: Macs that changed, the whole fleet, or open redistributions that have no job. `profiles`, asked for by a
 * person alone: audit every profile of the server that has a SCEP payload.
 */
export const sweepPayload = z.strictObject({
  instance: z.string(),
  what: z.enum(['changed', 'full', 'open', 'profiles']),
});

/** Tell one channel of one incident; what is to be said is in the store, and no secret is here. */
export const notifyPayload = z.strictObject({ incidentId: z.string(), channel: z.string() });

/** Open the redistributions of one batch; the batch is in the store. */
export const batchPayload = z.strictObject({ instance: z.string(), batchId: z.string() });

export type BatchPayload = z.output<typeof batchPayload>;
export type AssessPayload = z.output<typeof assessPayload>;
export type RedistributePayload = z.output<typeof redistributePayload>;
export type SweepPayload = z.output<typeof sweepPayload>;
export type NotifyPayload = z.output<typeof notifyPayload>;
