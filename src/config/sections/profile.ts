import { z } from 'zod';
import { WEEKDAYS } from '../../domain/redistribution/safety-limits/maintenance-window.js';
import { MECHANISMS } from '../../domain/redistribution/record.js';
import { duration } from '../values/duration.js';
import { clockTime, timeZone } from '../values/wall-clock.js';

/** A Jamf Pro object ID, as number or text. */
export const id = z.union([z.int().min(1), z.string().regex(/^\d+$/)]).transform(String);

const pattern = z.string().transform((text, context) => {
  try {
    return new RegExp(text, 'iu');
  } catch {
    context.addIssue({ code: 'custom', message: `is not a regular expression: ${text}` });
    return z.NEVER;
  }
});

/** The renewal window: a duration, parsed to milliseconds, or a percentage of the certificate lifetime, parsed to a share from 0 to 0.5. */
function renewalWindow() {
  return z.string().transform((text, context): number | { share: number } => {
    const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1];
    const share = Number(percent) / 100;
    if (share > 0 && share <= 1 / 2) return { share };
    const time = duration().safeParse(text);
    if (percent === undefined && time.success) return time.data;
    context.addIssue(
      percent === undefined
        ? 'write a duration like 30d, 12h, 15m, 90s or 250ms, or a percentage of the certificate lifetime like 25%'
        : 'a percentage of the certificate lifetime must be more than 0% and at most 50%',
    );
    return z.NEVER;
  });
}

const overlapSchema = z
  .strictObject({
    blue: id.describe('ID of the first profile, the one that is in use today.'),
    green: id.describe('ID of the second, equivalent profile.'),
    joinGreen: id.describe('ID of the static group that is the scope target of green.'),
    leaveBlue: id.describe('ID of the static group that blue excludes.'),
    settle: duration()
      .prefault('7d')
      .describe('Time that both profiles stay installed after the new certificate is verified.'),
  })
  .refine(({ blue, green }) => blue !== green, {
    path: ['green'],
    message: 'is the same profile as blue. Set it to the ID of the second, equivalent profile',
  })
  .describe(
    'Mechanism overlap: a Mac moves between two equivalent profiles with the help of two static groups and is never without a certificate.',
  );

const cycleSchema = z
  .strictObject({
    exclude: id.describe(
      'ID of a static group that both blue and green exclude. Only Recert may add Macs to it. Recert removes any other Mac that it finds in it.',
    ),
    seen: duration()
      .prefault('30m')
      .describe('Cycle is used only for a Mac that was in contact with Jamf Pro within this time.'),
    left: duration()
      .prefault('7d')
      .describe(
        'Cycle is used only when at most this much of the certificate validity is left, or when the certificate has expired.',
      ),
    lease: duration()
      .prefault('30m')
      .describe(
        'Maximum time in the group. After it Recert removes the Mac from the group, even when the profile is still installed.',
      ),
    alarm: duration()
      .prefault('10m')
      .describe('When Recert cannot remove the Mac from the group for this long, an incident opens.'),
    inFlight: z.int().min(1).default(5).describe('Concurrency limit of the mechanism cycle.'),
    daily: z
      .number()
      .gt(0)
      .max(1)
      .default(0.05)
      .describe(
        'Maximum share of the Macs in scope that are renewed with cycle per day. One Mac is always allowed.',
      ),
  })
  .describe(
    'Mechanism cycle: Recert excludes the Mac, Jamf Pro removes the profile, and then installs it again. The Mac has no certificate in between.',
  );

const waitsSchema = z
  .strictObject({
    online: duration()
      .prefault('24h')
      .describe('A Mac that was in contact with Jamf Pro within this time counts as online.'),
    command: duration()
      .prefault('15m')
      .describe(
        'Maximum wait until Jamf Pro creates the InstallProfile command. Also the maximum age of the facts about a Mac when its redistribution is triggered.',
      ),
    delivery: duration().prefault('7d').describe('Maximum wait until the Mac completes the command.'),
    blankPush: z
      .array(duration())
      .prefault(['15m', '4h', '24h'])
      .describe(
        'Times of the blank pushes that wake a Mac that has not responded, counted from the command.',
      ),
    inventory: duration().prefault('8d').describe('Maximum wait until inventory shows the new certificate.'),
    poll: duration()
      .prefault('1m')
      .describe('Poll interval of a redistribution that expects a result from Jamf Pro soon.'),
    retry: duration()
      .prefault('1h')
      .describe('Wait before the second attempt. It doubles with each further attempt.'),
    retryMost: duration().prefault('32h').describe('Maximum wait before another attempt.'),
    hold: duration()
      .prefault('30m')
      .describe(
        'Cool-down: no redistribution is triggered for this long after a Jamf Pro restart or upgrade.',
      ),
  })
  .describe('Timeouts and intervals of a redistribution.');

const breakerSchema = z
  .strictObject({
    inARow: z
      .int()
      .min(1)
      .default(3)
      .describe('Number of consecutive failed attempts that open the circuit breaker.'),
    sameError: z
      .int()
      .min(1)
      .default(3)
      .describe('Number of Macs with the same error that opens the circuit breaker.'),
    share: z
      .number()
      .gt(0)
      .max(1)
      .default(0.2)
      .describe('Share of failed attempts among the last `of` attempts that opens the circuit breaker.'),
    of: z.int().min(2).max(100).default(20).describe('Number of attempts that `share` refers to.'),
  })
  .describe(
    'Circuit breaker: while it is open, no redistribution is triggered. Fix the cause, then run `recert resume` to close it.',
  );

const maintenanceSchema = z.strictObject({
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default([...WEEKDAYS])
    .describe('Days on which the maintenance window begins.'),
  from: clockTime().describe('Start of the maintenance window, HH:MM.'),
  to: clockTime().describe(
    'End of the maintenance window, HH:MM; on the next day if it is not after `from`.',
  ),
  zone: timeZone().describe('Time zone of `from` and `to`, such as Europe/Berlin.'),
});

const settingsSchema = z.strictObject({
  mode: z
    .enum(['observe', 'act'])
    .default('observe')
    .describe(
      'observe: Recert assesses certificates and writes nothing to Jamf Pro. act: Recert redistributes profiles.',
    ),
  subject: pattern
    .optional()
    .describe(
      'Regular expression that matches the certificate subject. Needed only when the subject does not contain the profile identifier.',
    ),
  window: renewalWindow()
    .prefault('30d')
    .describe(
      'Renewal window: a certificate is due when at most this much of its validity is left. A duration, or a percentage of the lifetime such as 25%. Capped at half of the lifetime.',
    ),
  jitter: duration()
    .prefault('72h')
    .describe(
      'Shortens the renewal window per Mac by a random share of this, so that Macs enrolled together are not all due at once.',
    ),
  nativeGrace: duration()
    .prefault('0s')
    .describe(
      'Grace period for the Redistribute Profile setting of Jamf Pro. Where that setting is on, Recert waits this long after a certificate becomes due.',
    ),
  stale: duration()
    .prefault('14d')
    .describe('Maximum age of inventory. With older inventory the certificate status is unknown.'),
  overlap: overlapSchema,
  mechanisms: z
    .array(z.enum(MECHANISMS))
    .min(1)
    .default(['overlap'])
    .describe(
      'Mechanisms that Recert may use automatically, in this order: unstick (flush the failed commands of the Mac), overlap, cycle (the last resort). Recert uses the first one that is possible now and has not failed for the Mac.',
    ),
  cycle: cycleSchema.optional(),
  waits: waitsSchema.prefault({}),
  attempts: z
    .int()
    .min(1)
    .max(10)
    .default(3)
    .describe('Automatic attempts for one Mac. After the last one its redistribution needs attention.'),
  attemptsWithin: duration().prefault('30d').describe('Period over which attempts are counted.'),
  hourlyCap: z
    .int()
    .min(1)
    .default(50)
    .describe(
      'Rate limit: certificates requested from the CA per hour, across all workers. A request counts until one hour after the Mac picked up the command.',
    ),
  inFlight: z
    .int()
    .min(1)
    .default(100)
    .describe('Concurrency limit: redistributions in progress at the same time, across all workers.'),
  canary: z
    .array(z.int().min(1))
    .default([1, 5, 25])
    .describe(
      'Canary: number of Macs in each wave, at first use and after the circuit breaker closes. The next wave starts when all Macs of the current one are verified. Empty: no canary.',
    ),
  breaker: breakerSchema.prefault({}),
  maintenance: z
    .array(maintenanceSchema)
    .default([])
    .describe('Maintenance windows: redistributions start only within them. Empty: at any time.'),
});

/** One watched SCEP profile: its certificate, its renewal window, and how Recert redistributes it. */
export const profileSchema = settingsSchema
  .refine(({ mechanisms }) => new Set(mechanisms).size === mechanisms.length, {
    path: ['mechanisms'],
    message: 'list each mechanism only once',
  })
  .refine(({ mechanisms, cycle }) => cycle !== undefined || !mechanisms.includes('cycle'), {
    path: ['cycle'],
    message: 'is missing. The mechanism cycle needs an exclusion group',
  });

/** Parsed configuration of one watched profile. */
export type ProfileConfig = z.output<typeof profileSchema>;
