import { z } from 'zod';
import { instant, reason } from '../common.js';

const instance = z
  .string()
  .min(1)
  .max(32)
  .optional()
  .describe('Name of the Jamf Pro server. If it is omitted, the request applies to all servers.');

/** Body of `POST /api/v1/pause`. */
export const pauseRequest = z.strictObject({ reason, instance }).meta({ id: 'PauseRequest' });

/** Body of `POST /api/v1/resume`. */
export const resumeRequest = z
  .strictObject({
    reason,
    instance,
    endHold: z
      .boolean()
      .default(false)
      .describe('Also end the cool-down after a restart, an upgrade or errors of Jamf Pro.'),
    nextWave: z
      .boolean()
      .default(false)
      .describe('Also start the next canary wave, even if the current wave is not verified yet.'),
  })
  .meta({ id: 'ResumeRequest' });

/** Response of `POST /api/v1/pause` and `POST /api/v1/resume`. */
export const pauseAnswer = z
  .object({
    instances: z.array(
      z.object({
        instance: z.string(),
        paused: z.object({ by: z.string(), reason: z.string(), at: instant }).nullable(),
        changed: z
          .boolean()
          .describe('False when the Jamf Pro server was already paused, or already resumed.'),
        breakersClosed: z
          .array(z.string())
          .describe('Profiles whose circuit breaker was open and is now closed.'),
        holdEnded: z.boolean().describe('True when a cool-down was in effect and has ended.'),
        fallAccepted: z
          .boolean()
          .describe('True when missing Macs, or an empty scope, were waiting for confirmation.'),
        wavesBegun: z.array(z.string()).describe('Profiles for which the next canary wave was started.'),
      }),
    ),
  })
  .meta({ id: 'PauseAnswer' });

/** Body of `POST /api/v1/removed-instances/{id}/forget`. */
export const forgetRequest = z.strictObject({ reason }).meta({ id: 'ForgetRequest' });

/** Response of `POST /api/v1/removed-instances/{id}/forget`. */
export const forgetAnswer = z
  .object({
    instance: z.string(),
    closed: z.int().describe('Number of redistributions that were closed.'),
    excluded: z.int().describe('Number of exclusion leases that were deleted.'),
    left: z.int().describe('Number of redistributions that are still open; repeat the request.'),
  })
  .meta({ id: 'ForgetAnswer' });

/** The types of sweeps. A sweep is a scheduled read of the Jamf Pro inventory. */
export const SWEEPS = ['changed', 'full', 'open', 'profiles'] as const;

/** Body of `POST /api/v1/sweep`, which runs a sweep outside of its schedule. */
export const sweepRequest = z
  .strictObject({
    instance,
    what: z
      .enum(SWEEPS)
      .default('changed')
      .describe(
        'changed: Macs whose inventory changed. full: the entire fleet. open: open redistributions without a job. profiles: a profile check of every profile with a SCEP payload, watched or not.',
      ),
  })
  .meta({ id: 'SweepRequest' });

/** Response of `POST /api/v1/sweep`: the sweeps that were queued. */
export const sweepAnswer = z
  .object({ instances: z.array(z.string()), what: z.enum(SWEEPS) })
  .meta({ id: 'SweepAnswer' });
