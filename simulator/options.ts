import { z } from 'zod';
import { duration } from './duration.js';

const share = z.number().min(0).max(1);
const count = z.int().min(0);

const fleet = z.object({
  computers: count.default(60).describe('Number of Macs at the start.'),
  due: count.default(12).describe('Number of managed Macs in scope whose Okta certificate expires soon.'),
  dueWithin: duration
    .prefault('25d')
    .describe(
      'The certificates of the due Macs expire between 1 day and this time after the start, evenly distributed.',
    ),
  expired: count.default(0).describe('Number of additional Macs whose Okta certificate has expired.'),
  dueReachable: z
    .boolean()
    .default(true)
    .describe('Whether every due or expired Mac is online at the start or comes online soon.'),
  dueReachableWithin: duration
    .prefault('30m')
    .describe('With dueReachable: maximum time until a due Mac comes online (squeezed).'),
  green: share
    .default(0)
    .describe('Share of Macs in scope that start with the green profile, as after a year of overlap.'),
  unmanaged: share.default(0.02).describe('Share of Macs that Jamf Pro does not manage.'),
  outOfScope: share.default(0.03).describe('Share of Macs outside the scope of the Okta profiles.'),
  oddNames: share.default(0.1).describe('Share of Macs with long or unusual names (emoji, ’, &, spaces).'),
  junk: share.default(0.3).describe('Share of Macs with irrelevant or unreadable certificates in inventory.'),
  officeHours: share.default(0.3).describe('Share of Macs that are online only during office hours.'),
  laptops: share.default(0.3).describe('Share of Macs that are online for a few hours at a time.'),
  away: share.default(0.05).describe('Share of Macs that are offline for weeks.'),
});

const rhythm = z.object({
  checkIn: duration.prefault('15m').describe('Check-in interval of an online Mac.'),
  inventory: duration
    .prefault('24h')
    .describe('Interval of inventory reports, which are sent at a check-in.'),
  day: duration.prefault('24h').describe('Length of a day in the office-hours pattern.'),
  laptopPeriod: duration
    .prefault('4h')
    .describe('Average period of the laptop pattern (one time online and one offline).'),
  awayFor: duration
    .prefault('30d')
    .describe('Average offline time of a Mac with the away pattern, from the start.'),
  pushLatency: duration
    .prefault('3s')
    .describe('Maximum time until a push reaches an online Mac; the minimum is a tenth of it.'),
  pushLost: share
    .default(0)
    .describe(
      'Share of pushes that are lost; the command waits until the next push or until the Mac comes online.',
    ),
  notNow: share.default(0.02).describe('Share of commands first answered with NotNow.'),
  notNowRetry: duration.prefault('5m').describe('Time until a Mac fetches commands again after NotNow.'),
  installTime: duration.prefault('4s').describe('Maximum time to install a profile.'),
  inventoryAfterInstall: z
    .object({
      share: share.default(0.7).describe('Share of installs that are followed by an early inventory report.'),
      within: duration
        .prefault('10m')
        .describe('Maximum delay of an early report; without it, the regular interval applies.'),
    })
    .prefault({}),
  statusWithin: duration
    .prefault('2m')
    .describe(
      'Maximum delay of a declarative status report after the profiles of a Mac changed; it does not depend on inventory.',
    ),
});

const profiles = z.object({
  subject: z
    .string()
    .default('CN=$SERIALNUMBER $PROFILE_IDENTIFIER')
    .describe(
      'Subject of the Okta SCEP profiles; without $PROFILE_IDENTIFIER, Jamf Pro adds it on redistribution.',
    ),
  redistributeDays: count
    .default(0)
    .describe('Redistribute Profile setting of the Okta profiles in Jamf Pro, in days; 0 is off.'),
  excludable: z
    .boolean()
    .default(false)
    .describe(
      'Whether both Okta profiles exclude a separate static group (33), which the mechanism cycle requires.',
    ),
});

const ca = z.object({
  lifetime: duration.prefault('365d').describe('Lifetime of a certificate; not squeezed.'),
  perHour: count.default(0).describe('Certificates per hour before the CA answers 429; 0 is no limit.'),
  failing: share.default(0).describe('Share of certificate requests that fail at random.'),
});

const commands = z.object({
  certificateListRefreshes: z
    .boolean()
    .default(false)
    .describe('Whether CERTIFICATE_LIST refreshes the certificates in inventory (not documented by Jamf).'),
});

const webhooks = z.object({
  concurrency: z.int().min(1).default(64).describe('Maximum number of concurrent deliveries.'),
  queue: z
    .int()
    .min(1)
    .default(100_000)
    .describe('Maximum number of waiting deliveries; further deliveries are dropped.'),
  log: count.default(500).describe('Number of recent deliveries in the log.'),
});

/** Schema of the options of the simulated world, which are set when the simulator starts. */
export const simulatorOptionsSchema = z.object({
  seed: z
    .union([z.int(), z.string()])
    .default(1)
    .describe('The same seed creates the same fleet and the same random choices.'),
  squeeze: z
    .number()
    .positive()
    .default(1)
    .describe('Divides every duration of the fleet rhythm; certificate lifetimes are not squeezed.'),
  clock: z
    .enum(['real', 'manual'])
    .default('real')
    .describe('real: time passes and can also be advanced; manual: time moves only when it is advanced.'),
  startAt: z
    .int()
    .optional()
    .describe('Start time of the clock, epoch milliseconds; the current time by default.'),
  baseUrl: z
    .string()
    .default('http://127.0.0.1:8080')
    .describe('Base URL of the simulator, used for the SCEP URL in profiles.'),
  institution: z.string().default('Pretend Inc.').describe('Name of the organization.'),
  fleet: fleet.prefault({}),
  rhythm: rhythm.prefault({}),
  profiles: profiles.prefault({}),
  ca: ca.prefault({}),
  commands: commands.prefault({}),
  webhooks: webhooks.prefault({}),
});

/** Options before parsing: durations are strings, every option is optional. */
export type SimulatorOptionsInput = z.input<typeof simulatorOptionsSchema>;

/** Options after parsing: durations are milliseconds, every option has a value. */
export type SimulatorOptions = z.output<typeof simulatorOptionsSchema>;

/** Validates options and applies the defaults. @throws z.ZodError with all invalid options */
export function parseOptions(input: SimulatorOptionsInput = {}): SimulatorOptions {
  return simulatorOptionsSchema.parse(input);
}
