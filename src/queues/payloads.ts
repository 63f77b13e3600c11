import { z } from 'zod';

/** Data of an `assess` job: assess the Macs in the assessment backlog of one Jamf Pro server. */
export const assessPayload = z.strictObject({ instance: z.string() });

/**
 * Data of a `redistribute` job: continue one redistribution. The state of the redistribution is stored separately
 * in Redis, not in the job.
 */
export const redistributePayload = z.strictObject({ instance: z.string(), redistributionId: z.string() });

/**
 * Data of a `sweep` job. `changed`: read Macs with new inventory. `full`: read the whole fleet. `open`: find
 * redistributions without a job, and Macs whose state changes with time. `profiles`: check every SCEP profile of
 * the Jamf Pro server; runs only on request.
 */
export const sweepPayload = z.strictObject({
  instance: z.string(),
  what: z.enum(['changed', 'full', 'open', 'profiles']),
});

/**
 * Data of a `notify` job: send one incident to one notification channel. The content is stored separately in
 * Redis; the job contains no secret.
 */
export const notifyPayload = z.strictObject({ incidentId: z.string(), channel: z.string() });

/** Data of a `batch` job: open the redistributions of one batch. The batch is stored separately in Redis. */
export const batchPayload = z.strictObject({ instance: z.string(), batchId: z.string() });

export type BatchPayload = z.output<typeof batchPayload>;
export type AssessPayload = z.output<typeof assessPayload>;
export type RedistributePayload = z.output<typeof redistributePayload>;
export type SweepPayload = z.output<typeof sweepPayload>;
export type NotifyPayload = z.output<typeof notifyPayload>;
