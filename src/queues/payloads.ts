import { z } from 'zod';

/** Job: assess the Macs in the assessment backlog of one instance. */
export const assessPayload = z.strictObject({ instance: z.string() });

/** Job: run the next step of one redistribution. Its state is in the store, not in the job. */
export const redistributePayload = z.strictObject({ instance: z.string(), redistributionId: z.string() });

/**
 * Job: one sweep of an instance. `changed`: Macs with new inventory. `full`: the whole fleet. `open`: work without a job, and Macs whose
 * state changed with time. `profiles`: check every SCEP profile of the server; runs only on request.
 */
export const sweepPayload = z.strictObject({
  instance: z.string(),
  what: z.enum(['changed', 'full', 'open', 'profiles']),
});

/** Job: send one incident to one channel. The content is in the store; the job contains no secret. */
export const notifyPayload = z.strictObject({ incidentId: z.string(), channel: z.string() });

/** Open the redistributions of one batch; the batch is in the store. */
export const batchPayload = z.strictObject({ instance: z.string(), batchId: z.string() });

export type BatchPayload = z.output<typeof batchPayload>;
export type AssessPayload = z.output<typeof assessPayload>;
export type RedistributePayload = z.output<typeof redistributePayload>;
export type SweepPayload = z.output<typeof sweepPayload>;
export type NotifyPayload = z.output<typeof notifyPayload>;
