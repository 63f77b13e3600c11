import { z } from 'zod';
import { instant, reason } from '../common.js';

const instance = z
  .string()
  .min(1)
  .max(32)
  .optional()
  .describe('Name of the Jamf Pro server; all of them when left out.');

/** Pausing and resuming: whom, and why. */
export const pauseRequest = z.strictObject({ reason, instance }).meta({ id: 'PauseRequest' });

/** Resuming, and how far. */
export const resumeRequest = z
  .strictObject({
    reason,
    instance,
    nextWave: z
      .boolean()
      .default(false)
      .describe('Also lets the next canary wave begin although the one under way is not verified.'),
  })
  .meta({ id: 'ResumeRequest' });

/** What became of the switch. */
export const pauseAnswer = z
  .object({
    instances: z.array(
      z.object({
        instance: z.string(),
        paused: z.object({ by: z.string(), reason: z.string(), at: instant }).nullable(),
        changed: z.boolean().describe('False when it was so before.'),
        breakersClosed: z.array(z.string()).describe('Profiles whose breaker was open until now.'),
        wavesBegun: z.array(z.string()).describe('Profiles whose next canary wave was let begin.'),
      }),
    ),
  })
  .meta({ id: 'PauseAnswer' });

/** What can be swept. */
export const SWEEPS = ['changed', 'full', 'open', 'profiles'] as const;

/** A sweep outside its schedule. */
export const sweepRequest = z
  .strictObject({
    instance,
    what: z
      .enum(SWEEPS)
      .default('changed')
      .describe(
        'changed: Macs whose inventory changed. full: the whole fleet. open: redistributions without a job. profiles: an audit of every profile that has a SCEP payload, watched or not.',
      ),
  })
  .meta({ id: 'SweepRequest' });

/** Which sweeps were asked for. */
export const sweepAnswer = z
  .object({ instances: z.array(z.string()), what: z.enum(SWEEPS) })
  .meta({ id: 'SweepAnswer' });
