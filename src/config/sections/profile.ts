import { z } from 'zod';
import { WEEKDAYS } from '../../domain/redistribution/safety-limits/maintenance-window.js';
import { DEFAULT_CA_LIMIT } from '../../domain/capacity/bounds.js';
import { PROOF_SOURCES } from '../../domain/watched.js';
import { type Mechanism, MECHANISMS } from '../../domain/redistribution/record.js';
import { duration, parseDuration } from '../values/duration.js';
import { waitsSchema } from './waits.js';
import { clockTime, timeZone } from '../values/wall-clock.js';

/** A Jamf Pro object ID, as number or text. */
export const id = z
  .union([z.int().min(1), z.string().regex(/^\d+$/)], {
    error: ({ input }) => (input === undefined ? 'is missing' : 'must be an ID in Jamf Pro, such as 12'),
  })
  .transform(String);

const pattern = z.string().transform((text, context) => {
  try {
    return new RegExp(text, 'iu');
  } catch {
    context.addIssue({ code: 'custom', message: `is not a regular expression: ${text}` });
    return z.NEVER;
  }
});

/**
 * The renewal window: a duration, which is parsed to milliseconds, or a percentage of the certificate lifetime,
 * which is parsed to a fraction from 0 to 0.5.
 */
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
    blue: id
      .optional()
      .describe(
        'ID of the blue profile, which is in use before overlap is set up. Not needed if `profile` is set.',
      ),
    green: id.describe('ID of the green profile: the second profile, with equivalent settings.'),
    joinGreen: id.describe('ID of the static group that is the target of the green profile.'),
    leaveBlue: id.describe('ID of the static group in the exclusions of the blue profile.'),
    settle: duration()
      .prefault('7d')
      .describe('How long a Mac keeps both profiles after its new certificate is verified.'),
  })
  .describe(
    'Mechanism overlap, optional: two equivalent profiles, blue and green, and two static groups. Recert moves a Mac from one profile to the other, so the Mac is never without a certificate.',
  );

const cycleSchema = z
  .strictObject({
    exclude: id.describe(
      'ID of a static group in the exclusions of the profile; with overlap, of both profiles. Only Recert may add Macs to the group. Recert removes any other Mac that it finds in the group.',
    ),
    seen: duration()
      .prefault('30m')
      .describe(
        'The mechanism cycle is used only for a Mac that was in contact with Jamf Pro within this time.',
      ),
    left: duration()
      .prefault('7d')
      .describe(
        'The mechanism cycle is used only when at most this much of the certificate validity is left, or when the certificate has expired.',
      ),
    lease: duration()
      .prefault('30m')
      .describe(
        'Maximum time that a Mac stays in the exclusion group. After this time Recert removes the Mac from the group, even when the profile is still installed.',
      ),
    alarm: duration()
      .prefault('10m')
      .describe(
        'An incident opens when Recert has been unable to remove a Mac from the exclusion group for this long.',
      ),
    inFlight: z
      .int()
      .min(1)
      .default(5)
      .describe('Maximum number of Macs that are renewed with the mechanism cycle at the same time.'),
    daily: z
      .number()
      .gt(0)
      .max(1)
      .default(0.05)
      .describe(
        'Maximum share of the Macs in scope that are renewed with the mechanism cycle per day. One Mac per day is always allowed.',
      ),
  })
  .describe(
    'Mechanism cycle, optional: Recert excludes the Mac from the profile, Jamf Pro removes the profile, Recert ends the exclusion, and Jamf Pro installs the profile again. The Mac has no certificate in between.',
  );

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
      .describe('Share of failed attempts, among the last `of` attempts, that opens the circuit breaker.'),
    of: z
      .int()
      .min(2)
      .max(100)
      .default(20)
      .describe('Number of latest attempts from which `share` is calculated.'),
  })
  .describe(
    'Circuit breaker: stops redistributions after failures. While it is open, no redistribution is triggered. Fix the cause, then run `recert resume` to close it.',
  );

const limitOrAuto = z.union([z.literal('auto'), z.int().min(1)]);

const limitsSchema = z.strictObject({
  hourlyCap: limitOrAuto
    .default('auto')
    .describe(
      'Rate limit: attempts per hour, across all workers. A number also limits the certificate requests that the CA may get in an hour.',
    ),
  inFlight: limitOrAuto
    .default('auto')
    .describe(
      'Concurrency limit: attempts that were sent and that the Mac has not answered, across all workers. Macs that went offline do not count.',
    ),
  caLimit: z
    .int()
    .min(1)
    .default(DEFAULT_CA_LIMIT)
    .describe(
      'Maximum number of certificate requests that the CA may get in an hour. Recert never chooses a higher rate limit. An attempt counts as a request from its trigger until one hour after the Mac picked up the command.',
    ),
});

const capacitySchema = z.union([z.literal('auto'), limitsSchema]).describe('Limits on redistributions.');

const maintenanceSchema = z.strictObject({
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default([...WEEKDAYS])
    .describe('Days of the week on which the maintenance window begins.'),
  from: clockTime().describe('Time of day at which the maintenance window begins, HH:MM.'),
  to: clockTime().describe(
    'Time of day at which the maintenance window ends, HH:MM. It is on the next day if it is not after `from`.',
  ),
  zone: timeZone().describe('Time zone of `from` and `to`, such as Europe/Berlin.'),
});

const settingsSchema = z.strictObject({
  profile: id
    .optional()
    .describe(
      'ID of the configuration profile in Jamf Pro that contains the SCEP payload. Recert needs no other setting to watch the profile.',
    ),
  mode: z
    .enum(['observe', 'act'])
    .default('observe')
    .describe(
      'observe: Recert assesses certificates and writes nothing to Jamf Pro. act: Recert also redistributes profiles.',
    ),
  subject: pattern
    .optional()
    .describe(
      'Regular expression that matches the subject of the certificates of this profile. Needed only when the subject does not contain the profile identifier.',
    ),
  window: renewalWindow()
    .prefault('30d')
    .describe(
      'Renewal window: a certificate is due when at most this much of its validity is left. A duration, or a percentage of the lifetime such as 25%. Capped at half of the lifetime.',
    ),
  jitter: duration()
    .prefault('72h')
    .describe(
      'Maximum time by which the renewal window is shortened. The time is random for each Mac, so that Macs enrolled together are not all due at once.',
    ),
  nativeGrace: duration()
    .optional()
    .describe(
      'Grace period of the mechanism native, the Redistribute Profile setting of Jamf Pro: how long Recert waits for it after a certificate becomes due. It ends at the latest when a third of the renewal window is left. Default: 14d; with overlap 0s.',
    ),
  stale: duration()
    .prefault('14d')
    .describe(
      'Maximum age of inventory. When the inventory of a Mac is older, its certificate status is unknown.',
    ),
  proof: z
    .enum(PROOF_SOURCES)
    .default('auto')
    .describe(
      'What proves a renewal. inventory: only inventory. either: inventory, or the declarative status of the Mac (macOS 14 and later), whichever shows the new certificate first. status-first: as either, and inventory is read only after the times in `waits.status`. auto: as inventory, until inventory has confirmed on this server what the declarative status showed for three renewals in a row; then as either.',
    ),
  coverage: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe(
      'Minimum share of the Macs in scope with the profile whose certificate status is known. Below this share, Recert reports itself unhealthy.',
    ),
  missing: duration()
    .prefault('24h')
    .describe(
      'How long a Mac in scope may report inventory without a certificate before Recert reports itself unhealthy and names the Mac. The time starts when Recert first finds the certificate missing, and again when the Mac enrolls again.',
    ),
  overlap: overlapSchema.optional(),
  mechanisms: z
    .array(z.enum(MECHANISMS))
    .min(1)
    .optional()
    .describe(
      'Mechanisms that Recert may use automatically, in this order: native (the Redistribute Profile setting of Jamf Pro, always first), unstick (flush the failed commands of the Mac), overlap, cycle (the last resort). Recert uses the first one that is possible now and has not failed for the Mac. Default: native and unstick, and overlap and cycle if they are configured. Default without `profile`: overlap.',
    ),
  cycle: cycleSchema.optional(),
  waits: waitsSchema.prefault({}),
  attempts: z
    .int()
    .min(1)
    .max(10)
    .default(3)
    .describe(
      'Maximum number of automatic attempts for one Mac. When the last one fails, the redistribution needs attention.',
    ),
  attemptsWithin: duration()
    .prefault('30d')
    .describe('Only attempts within this time count toward the maximum number of attempts.'),
  capacity: capacitySchema
    .optional()
    .describe(
      'Limits on redistributions. auto (default): Recert chooses all limits from the fleet. Otherwise the limits, each a number or auto.',
    ),
  hourlyCap: z.int().min(1).optional().describe('Short form of `capacity.hourlyCap`.'),
  inFlight: z.int().min(1).optional().describe('Short form of `capacity.inFlight`.'),
  canary: z
    .array(z.int().min(1))
    .default([1, 5, 25])
    .describe(
      'Canary: number of Macs in each wave. Waves are used when the profile is first redistributed, after the circuit breaker closes, and after a change of the mechanisms, of a profile or of the CA. The next wave starts when the Macs of the current wave have acknowledged the profile and are verified, or have not reported inventory for `waits.proof`. Empty: no canary.',
    ),
  breaker: breakerSchema.prefault({}),
  maintenance: z
    .array(maintenanceSchema)
    .default([])
    .describe(
      'Maintenance windows: redistributions start only within these hours, in the last window before the due date. Empty: at any time.',
    ),
  maintenanceUrgent: z
    .enum(['allow', 'wait'])
    .default('wait')
    .describe(
      'Whether a certificate that expires before the next maintenance window, or within 24 hours, is renewed outside the windows.',
    ),
});

type Settings = z.output<typeof settingsSchema>;

/**
 * Default of `nativeGrace` without the mechanism overlap, which could renew every certificate without the setting of
 * Jamf Pro.
 */
const NATIVE_GRACE_MS = parseDuration('14d');

/** Returns the problems of settings that depend on each other, each with the path of a setting and a message. */
function problemsOf({ profile, overlap, mechanisms = [], cycle }: Settings): [string[], string][] {
  const first = profile ?? overlap?.blue;
  const problems: [boolean, string[], string][] = [
    [
      first === undefined,
      ['profile'],
      'is missing. Set it to the ID of the configuration profile in Jamf Pro that contains the SCEP payload',
    ],
    [
      profile !== undefined && overlap?.blue !== undefined && overlap.blue !== profile,
      ['overlap', 'blue'],
      'differs from `profile`, which already names the first profile. Remove overlap.blue',
    ],
    [
      first !== undefined && overlap?.green === first,
      ['overlap', 'green'],
      'is the ID of the first profile. Set it to the ID of the second, equivalent profile',
    ],
    [
      new Set(mechanisms).size !== mechanisms.length,
      ['mechanisms'],
      'contains a mechanism more than once. List each mechanism only once',
    ],
    [
      mechanisms.indexOf('native') > 0,
      ['mechanisms'],
      'does not begin with native. List native first, because Jamf Pro does not wait for Recert',
    ],
    [
      overlap === undefined && mechanisms.includes('overlap'),
      ['overlap'],
      'is missing. The mechanism overlap needs a second profile and two static groups',
    ],
    [
      cycle === undefined && mechanisms.includes('cycle'),
      ['cycle'],
      'is missing. The mechanism cycle needs an exclusion group',
    ],
  ];
  return problems.flatMap(([wrong, path, message]) => (wrong ? [[path, message]] : []));
}

/**
 * Returns the default mechanisms. A configuration without `profile` was written for a version that had only the
 * mechanism overlap, and keeps it.
 */
function defaultMechanisms({ profile, overlap, cycle }: Settings): Mechanism[] {
  if (profile === undefined) return ['overlap'];
  return [
    'native',
    'unstick',
    ...(overlap ? (['overlap'] as const) : []),
    ...(cycle ? (['cycle'] as const) : []),
  ];
}

/** Schema of one watched SCEP profile: its certificate, its renewal window, and how Recert redistributes it. */
export const profileSchema = settingsSchema
  .refine(
    ({ capacity, ...short }) => capacity === undefined || (short.hourlyCap ?? short.inFlight) === undefined,
    {
      path: ['capacity'],
      message:
        'is set together with hourlyCap or inFlight. Set the limits in one place: capacity.hourlyCap and capacity.inFlight, or remove capacity',
    },
  )
  .superRefine((settings, context) => {
    for (const [path, message] of problemsOf(settings)) context.addIssue({ code: 'custom', path, message });
  })
  .transform(({ hourlyCap, inFlight, capacity, ...settings }) => {
    const profile = settings.profile ?? settings.overlap?.blue ?? '';
    const mechanisms = settings.mechanisms ?? defaultMechanisms(settings);
    return {
      ...settings,
      profile,
      mechanisms,
      nativeGrace: settings.nativeGrace ?? (mechanisms.includes('overlap') ? 0 : NATIVE_GRACE_MS),
      overlap: settings.overlap && { ...settings.overlap, blue: profile },
      capacity:
        capacity === undefined || capacity === 'auto'
          ? limitsSchema.parse({ hourlyCap, inFlight })
          : capacity,
    };
  });

/** The parsed configuration of one watched profile. */
export type ProfileConfig = z.output<typeof profileSchema>;

/** IDs of the profiles in Jamf Pro that a watched profile names: one, or two with `overlap`. */
export function profileIdsOf({ profile, overlap }: Pick<ProfileConfig, 'profile' | 'overlap'>): string[] {
  return overlap === undefined ? [profile] : [profile, overlap.green];
}
