import { z } from 'zod';
import { duration } from './duration.js';

const share = z.number().min(0).max(1);
const count = z.int().min(0);

const fleet = z.object({
  computers: count.default(60).describe('How many Macs the fleet has at the start.'),
  due: count
    .default(12)
    .describe('How many managed Macs in scope have an Okta certificate that expires soon.'),
  dueWithin: duration
    .prefault('25d')
    .describe('The due ones expire between 1 d and this long after the start, evenly spread.'),
  expired: count.default(0).describe('How many more have an Okta certificate already expired.'),
  dueReachable: z
    .boolean()
    .default(true)
    .describe('Whether every due or expired Mac is online at the start or soon after.'),
  dueReachableWithin: duration
    .prefault('30m')
    .describe('With dueReachable: a due Mac comes online at the latest after this (squeezed).'),
  green: share
    .default(0)
    .describe('Share of Macs in scope that begin with the green profile, as after a year of overlap.'),
  unmanaged: share.default(0.02).describe('Share of Macs that Jamf does not manage.'),
  outOfScope: share.default(0.03).describe('Share of Macs outside the scope of the Okta profiles.'),
  oddNames: share.default(0.1).describe('Share of Macs with long or odd names (emoji, ’, &, blanks).'),
  junk: share.default(0.3).describe('Share of Macs with junk among the certificates of their inventory.'),
  officeHours: share.default(0.3).describe('Share of Macs that are online in office hours only.'),
  laptops: share.default(0.3).describe('Share of Macs that are online now and then.'),
  away: share.default(0.05).describe('Share of Macs that are offline for weeks.'),
});

const rhythm = z.object({
  checkIn: duration.prefault('15m').describe('How often an online Mac checks in.'),
  inventory: duration
    .prefault('24h')
    .describe('How often a Mac reports inventory; it does so at a check-in.'),
  day: duration.prefault('24h').describe('Length of a day for the office-hours pattern.'),
  laptopPeriod: duration.prefault('4h').describe('Mean time from one appearance of a laptop to its next.'),
  awayFor: duration.prefault('30d').describe('Mean absence of a Mac that is away, counted from the start.'),
  pushLatency: duration
    .prefault('3s')
    .describe('A push reaches an online Mac after this at most, after a tenth of it at least.'),
  pushLost: share
    .default(0)
    .describe('Share of pushes that never arrive; the command waits for the next push or appearance.'),
  notNow: share.default(0.02).describe('Share of commands first answered with NotNow.'),
  notNowRetry: duration.prefault('5m').describe('When a Mac asks again after a NotNow.'),
  installTime: duration.prefault('4s').describe('How long a Mac takes to install a profile at most.'),
  inventoryAfterInstall: z
    .object({
      share: share.default(0.7).describe('Share of installs after which inventory follows soon.'),
      within: duration.prefault('10m').describe('How soon at the latest; the rest waits its rhythm.'),
    })
    .prefault({}),
});

const profiles = z.object({
  subject: z
    .string()
    .default('CN=$SERIALNUMBER $PROFILE_IDENTIFIER')
    .describe(
      'Subject of the Okta SCEP profiles; without $PROFILE_IDENTIFIER Jamf adds it on redistribution.',
    ),
  redistributeDays: count
    .default(0)
    .describe("Jamf's own Redistribute Profile setting of the Okta profiles, in days; 0 is off."),
  excludable: z
    .boolean()
    .default(false)
    .describe('Whether both Okta profiles exclude a static group of its own (33), as cycle needs it.'),
});

const ca = z.object({
  lifetime: duration.prefault('365d').describe('Lifetime of a certificate; never squeezed.'),
  perHour: count.default(0).describe('Issuances an hour before the CA answers 429; 0 is no limit.'),
  failing: share.default(0).describe('Share of enrolments that fail for no reason of their own.'),
});

const commands = z.object({
  certificateListRefreshes: z
    .boolean()
    .default(false)
    .describe('Whether CERTIFICATE_LIST refreshes the certificates of the inventory (not known).'),
});

const webhooks = z.object({
  concurrency: z.int().min(1).default(64).describe('Deliveries under way at once, at most.'),
  queue: z.int().min(1).default(100_000).describe('Deliveries that may wait; what comes then is dropped.'),
  log: count.default(500).describe('How many of the last deliveries the log keeps.'),
});

/** Every switch of the pretend Jamf Pro that is set at its start. */
export const simulatorOptionsSchema = z.object({
  seed: z.union([z.int(), z.string()]).default(1).describe('The same seed makes the same fleet and choices.'),
  squeeze: z
    .number()
    .positive()
    .default(1)
    .describe('Divides every duration of the rhythm; certificate lifetimes are never squeezed.'),
  clock: z
    .enum(['real', 'manual'])
    .default('real')
    .describe('real: time passes and can be advanced; manual: it only moves when advanced.'),
  startAt: z
    .int()
    .optional()
    .describe('Epoch milliseconds at which the clock starts; now when it is left out.'),
  baseUrl: z
    .string()
    .default('http://127.0.0.1:8080')
    .describe('Where the simulator is reached, for the SCEP URL in profiles.'),
  institution: z.string().default('Pretend Inc.').describe('The name of the organisation.'),
  fleet: fleet.prefault({}),
  rhythm: rhythm.prefault({}),
  profiles: profiles.prefault({}),
  ca: ca.prefault({}),
  commands: commands.prefault({}),
  webhooks: webhooks.prefault({}),
});

/** Options as they are written: durations are strings, everything may be left out. */
export type SimulatorOptionsInput = z.input<typeof simulatorOptionsSchema>;

/** Options once parsed: durations are milliseconds, everything has its value. */
export type SimulatorOptions = z.output<typeof simulatorOptionsSchema>;

/** Checks options and fills in what was left out. @throws z.ZodError with all errors at once. */
export function parseOptions(input: SimulatorOptionsInput = {}): SimulatorOptions {
  return simulatorOptionsSchema.parse(input);
}
