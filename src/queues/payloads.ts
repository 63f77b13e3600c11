import { z } from 'zod';
import { storedFormat } from '../json/stored.js';

/** Data of an `assess` job: assess the Macs in the assessment backlog of one Jamf Pro server. */
export const assessPayload = storedFormat('assess job', z.strictObject({ instance: z.string() }));

/**
 * Data of a `redistribute` job: continue one redistribution. The state of the redistribution is stored separately
 * in Redis, not in the job.
 */
export const redistributePayload = storedFormat(
  'redistribute job',
  z.strictObject({ instance: z.string(), redistributionId: z.string() }),
);

/**
 * Data of a `sweep` job. `changed`: read Macs with new inventory. `full`: read the whole fleet. `open`: find
 * redistributions without a job, and Macs whose state changed only because time passed. `profiles`: check every SCEP
 * profile of the Jamf Pro server; this sweep runs only on request. `okta`: read the System Log and the certificate
 * authorities of Okta.
 */
export const sweepPayload = storedFormat(
  'sweep job',
  z.strictObject({ instance: z.string(), what: z.enum(['changed', 'full', 'open', 'profiles', 'okta']) }),
);

/**
 * Data of a `notify` job: send one incident to one notification channel. The content is stored separately in
 * Redis; the job contains no secret.
 */
export const notifyPayload = storedFormat(
  'notify job',
  z.strictObject({ incidentId: z.string(), channel: z.string() }),
);

/** Data of a `batch` job: open the redistributions of one batch. The batch is stored separately in Redis. */
export const batchPayload = storedFormat(
  'batch job',
  z.strictObject({ instance: z.string(), batchId: z.string() }),
);

export type BatchPayload = ReturnType<typeof batchPayload.decode>;
export type AssessPayload = ReturnType<typeof assessPayload.decode>;
export type RedistributePayload = ReturnType<typeof redistributePayload.decode>;
export type SweepPayload = ReturnType<typeof sweepPayload.decode>;
export type NotifyPayload = ReturnType<typeof notifyPayload.decode>;
