import { z } from 'zod';
import { instant, reason } from '../common.js';

const instance = z
  .string()
  .min(1)
  .max(32)
  .optional()
  .describe('Name of the Jamf Pro server. Default: all servers.');

/** Request to pause renewals. */
export const pauseRequest = z.strictObject({ reason, instance }).meta({ id: 'PauseRequest' });

/** Request to resume renewals. */
export const resumeRequest = z
  .strictObject({
    reason,
    instance,
    nextWave: z
      .boolean()
      .default(false)
      .describe('Also start the next canary wave, although the current wave is not verified yet.'),
  })
  .meta({ id: 'ResumeRequest' });

/** The result of pausing or resuming. */
export const pauseAnswer = z
  .object({
    instances: z.array(
      z.object({
        instance: z.string(),
        paused: z.object({ by: z.string(), reason: z.string(), at: instant }).nullable(),
        changed: z.boolean().describe('False when the server was already in this state.'),
        breakersClosed: z
          .array(z.string())
          .describe('Profiles whose circuit breaker was open and is now closed.'),
        wavesBegun: z.array(z.string()).describe('Profiles whose next canary wave was started.'),
      }),
    ),
  })
  .meta({ id: 'PauseAnswer' });

/** The kinds of sweeps. */
export const SWEEPS = ['changed', 'full', 'open', 'profiles'] as const;

/** Request to run a sweep outside the schedule. */
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

/** The requested sweeps. */
export const sweepAnswer = z
  .object({ instances: z.array(z.string()), what: z.enum(SWEEPS) })
  .meta({ id: 'SweepAnswer' });
