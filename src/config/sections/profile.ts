import { z } from 'zod';
import { WEEKDAYS } from '../../domain/redistribution/safety-limits/maintenance-window.js';
import { MECHANISMS } from '../../domain/redistribution/record.js';
import { duration } from '../values/duration.js';
import { clockTime, timeZone } from '../values/wall-clock.js';

/** Id of something in Jamf, written as number or text. */
export const id = z.union([z.int().min(1), z.string().regex(/^\d+$/)]).transform(String);

const pattern = z.string().transform((text, context) => {
  try {
    return new RegExp(text, 'iu');
  } catch {
    context.addIssue({ code: 'custom', message: `is not a regular expression: ${text}` });
    return z.NEVER;
  }
});

/** A duration in milliseconds, or a share of the lifetime of a certificate. */
function window() {
  return z.string().transform((text, context): number | { share: number } => {
    const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1];
    const share = Number(percent) / 100;
    if (share > 0 && share <= 1 / 2) return { share };
    const time = duration().safeParse(text);
    if (percent === undefined && time.success) return time.data;
    context.addIssue(
      percent === undefined
        ? 'write a duration like 30d, 12h, 15m, 90s or 250ms, or a share of the lifetime like 25%'
        : 'a share of the lifetime is more than 0% and at most 50%',
    );
    return z.NEVER;
  });
}

const overlapSchema = z
  .strictObject({
    blue: id.describe('Id of the first profile, the one that is in use today.'),
    green: id.describe('Id of the second, equivalent profile.'),
    joinGreen: id.describe('Id of the static group that is the target of green.'),
    leaveBlue: id.describe('Id of the static group that is an exclusion of blue.'),
    settle: duration().prefault('7d').describe('How long both stay after the new certificate is proven.'),
  })
  .refine(({ blue, green }) => blue !== green, {
    path: ['green'],
    message: 'is the same profile as blue: name the second, equivalent one',
  })
  .describe(
    'Two equivalent profiles and two static groups: a Mac moves from one to the other and is never without.',
  );

const cycleSchema = z
  .strictObject({
    exclude: id.describe(
      'Id of a static group that blue and green both exclude. Only Recert puts Macs into it: whoever is found in it is taken out.',
    ),
    seen: duration().prefault('30m').describe('Only a Mac that was seen within this time.'),
    left: duration()
      .prefault('7d')
      .describe('Only a certificate of which no more than this is left, or that has expired.'),
    lease: duration()
      .prefault('30m')
      .describe('After this the Mac is taken out of the group, whether the profile is gone or not.'),
    alarm: duration()
      .prefault('10m')
      .describe('When taking it out has not worked for so long, somebody is told.'),
    inFlight: z.int().min(1).default(5).describe('Most Macs on their way by cycle at the same time.'),
    daily: z
      .number()
      .gt(0)
      .max(1)
      .default(0.05)
      .describe('Largest share of the Macs in scope within a day; one Mac is always allowed.'),
  })
  .describe(
    'The mechanism cycle: the Mac is excluded, loses the profile, and gets it anew. It is without certificate in between.',
  );

const waitsSchema = z
  .strictObject({
    online: duration().prefault('24h').describe('A Mac seen within this time counts as reachable.'),
    command: duration()
      .prefault('15m')
      .describe(
        'Longest wait for the InstallProfile command to appear; what is known of the Mac may be this old when it is triggered.',
      ),
    delivery: duration().prefault('7d').describe('Longest wait for the Mac to take the command.'),
    blankPush: z
      .array(duration())
      .prefault(['15m', '4h', '24h'])
      .describe('When a Mac that has not answered is woken by a blank push, counted from the command.'),
    inventory: duration().prefault('8d').describe('Longest wait for inventory to show the new certificate.'),
    poll: duration()
      .prefault('1m')
      .describe('How often an open redistribution asks Jamf while something is expected soon.'),
    retry: duration().prefault('1h').describe('First wait before another attempt; doubled each time.'),
    retryMost: duration().prefault('32h').describe('Longest wait before another attempt.'),
    hold: duration()
      .prefault('30m')
      .describe('Nothing is triggered for so long after Jamf Pro was restarted or its version changed.'),
  })
  .describe('How long one redistribution waits for what.');

const breakerSchema = z
  .strictObject({
    inARow: z
      .int()
      .min(1)
      .default(3)
      .describe('So many attempts one after the other without a certificate open it.'),
    sameError: z.int().min(1).default(3).describe('The same error on so many Macs opens it.'),
    share: z.number().gt(0).max(1).default(0.2).describe('This share of the last `of` attempts opens it.'),
    of: z.int().min(2).max(100).default(20).describe('So many attempts are looked at.'),
  })
  .describe('The breaker: once open, nothing is triggered until `recert resume`.');

const maintenanceSchema = z.strictObject({
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .default([...WEEKDAYS])
    .describe('Days on which the window begins.'),
  from: clockTime().describe('When it begins, HH:MM.'),
  to: clockTime().describe('When it ends, HH:MM; on the next day when that is not after `from`.'),
  zone: timeZone().describe('Whose clocks, such as Europe/Berlin.'),
});

const settingsSchema = z.strictObject({
  mode: z
    .enum(['observe', 'act'])
    .default('observe')
    .describe('observe: everything runs and nothing is written to Jamf. act: profiles are redistributed.'),
  subject: pattern
    .optional()
    .describe('Regular expression for the subject, when it does not contain the identifier of the profile.'),
  window: window()
    .prefault('30d')
    .describe(
      'A certificate is due when no more than this is left: a time, or a share of its lifetime such as 25%. At most half of the lifetime counts.',
    ),
  jitter: duration()
    .prefault('72h')
    .describe(
      'The window shrinks for each Mac by a share of this, so that a fleet enrolled in one week is not due in one hour.',
    ),
  nativeGrace: duration()
    .prefault('0s')
    .describe(
      'Once due, so long is left to the Redistribute Profile setting of Jamf itself, where it is set.',
    ),
  stale: duration().prefault('14d').describe('Inventory older than this says nothing: the state is unknown.'),
  overlap: overlapSchema,
  mechanisms: z
    .array(z.enum(MECHANISMS))
    .min(1)
    .default(['overlap'])
    .describe(
      'What Recert may do by itself, tried in this order: unstick (flush the failed commands of the Mac), overlap, cycle (the last resort). The first that may be used and has not failed for the Mac is taken.',
    ),
  cycle: cycleSchema.optional(),
  waits: waitsSchema.prefault({}),
  attempts: z.int().min(1).max(10).default(3).describe('Attempts for one Mac before a person is asked.'),
  attemptsWithin: duration().prefault('30d').describe('The time over which attempts are counted.'),
  hourlyCap: z
    .int()
    .min(1)
    .default(50)
    .describe(
      'Most certificates asked of the CA in an hour, over all workers; one counts until an hour after its Mac took the command.',
    ),
  inFlight: z
    .int()
    .min(1)
    .default(100)
    .describe('Most redistributions under way at the same time, over all workers.'),
  canary: z
    .array(z.int().min(1))
    .default([1, 5, 25])
    .describe(
      'Waves at the beginning and after the breaker: so many Macs, and the next wave when all of one are verified. Empty: none.',
    ),
  breaker: breakerSchema.prefault({}),
  maintenance: z
    .array(maintenanceSchema)
    .default([])
    .describe('Redistributions begin only in these windows. Empty: at any time.'),
});

/** One watched SCEP profile: which certificate, when it is due, how it is redistributed. */
export const profileSchema = settingsSchema
  .refine(({ mechanisms }) => new Set(mechanisms).size === mechanisms.length, {
    path: ['mechanisms'],
    message: 'name each mechanism once',
  })
  .refine(({ mechanisms, cycle }) => cycle !== undefined || !mechanisms.includes('cycle'), {
    path: ['cycle'],
    message: 'is missing: the mechanism cycle needs an exclusion group',
  });

/** One watched profile as configured. */
export type ProfileConfig = z.output<typeof profileSchema>;
