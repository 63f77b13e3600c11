import { z } from 'zod';
import { parseRange } from '../values/address.js';
import { duration } from '../values/duration.js';
import { oktaSchema } from './okta.js';
import { id, profileSchema } from './profile.js';
import { secret } from '../values/secret.js';
import { webhookAuthenticationSchema } from './webhook-authentication.js';

const jamfAuthSchema = z.union(
  [
    z.strictObject({
      clientId: z.string().min(1).describe('Client ID of an API client in Jamf Pro.'),
      clientSecret: secret().describe('Client secret of the Jamf Pro API client.'),
    }),
    z.strictObject({
      username: z
        .string()
        .min(1)
        .describe('User name of a Jamf Pro user account. An API client is preferred.'),
      password: secret().describe('Password of the Jamf Pro user account.'),
    }),
  ],
  'set clientId and clientSecret (preferred), or username and password',
);

/**
 * Jamf Pro events that Recert acts on, except smart-group events, which are configured by group ID.
 * docs/webhooks.md describes the effect of each event.
 */
export const WEBHOOK_EVENTS = [
  'ComputerAdded',
  'ComputerCheckIn',
  'ComputerInventoryCompleted',
  'ComputerPushCapabilityChanged',
  'JSSShutdown',
  'JSSStartup',
  'ComputerPolicyFinished',
  'ComputerPatchPolicyCompleted',
  'RestAPIOperation',
] as const;

const webhooksSchema = z.strictObject({
  authentication: webhookAuthenticationSchema,
  sources: z
    .array(
      z
        .string()
        .refine((text) => parseRange(text) !== null, 'is not an IP address or a range such as 192.0.2.0/24'),
    )
    .default([])
    .describe(
      'Source addresses and ranges (IPv4 or IPv6, such as 192.0.2.0/24) that may send webhooks. Recert checks the source in addition to the authentication. Empty: any source may send. Behind a proxy, set http.trustProxy so that Recert knows the address of the sender.',
    ),
  dedupe: duration()
    .prefault('10m')
    .describe(
      'An event that is identical to an event received within this time is a duplicate and is ignored. 0s: no duplicate detection.',
    ),
  gather: duration()
    .prefault('2s')
    .describe(
      'How long Recert waits after an event before it assesses the Mac. One call to Jamf Pro then reads all Macs with events in this time.',
    ),
  addedDelay: duration()
    .prefault('5m')
    .describe('Delay before a newly enrolled Mac is assessed, so that its profiles have time to install.'),
  keepEvents: z
    .int()
    .min(0)
    .default(50_000)
    .describe('Maximum number of events in the event log; the oldest events are removed.'),
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9](?:[\w.-]| (?! )){0,30}[\w.-]$/,
      'use only letters, digits, single spaces, ".", "_" and "-", at most 32 characters',
    )
    .default('Recert')
    .describe(
      'Start of the names of the webhooks in Jamf Pro; the name of the event is appended. `recert webhooks apply` changes only webhooks whose names start with this text. Two Recert installations on one Jamf Pro server need different texts.',
    ),
  events: z
    .array(z.enum(WEBHOOK_EVENTS))
    .default([...WEBHOOK_EVENTS.slice(0, 6)])
    .describe('Events for which `recert webhooks apply` creates a webhook in Jamf Pro.'),
  smartGroups: z
    .array(id)
    .default([])
    .describe(
      'IDs of smart groups, such as a group of Macs with an expiring certificate. Jamf Pro sends an event when the membership changes. `recert webhooks apply` creates one webhook per group.',
    ),
});

const fallSchema = z.strictObject({
  share: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe('Share of the known Macs that may be missing from Jamf Pro at once.'),
  least: z
    .int()
    .min(0)
    .default(5)
    .describe('Number of Macs that may be missing from Jamf Pro at once, in a fleet of any size.'),
  confirm: duration()
    .prefault('72h')
    .describe(
      'Time after which a later sweep confirms that the Macs are gone. The default is longer than a weekend. A person confirms it earlier with `recert resume`. Only a person can confirm an empty fleet.',
    ),
});

const sweepSchema = z.strictObject({
  changed: duration()
    .prefault('15m')
    .describe('Interval of the sweep that reads the Macs whose inventory changed.'),
  full: duration().prefault('24h').describe('Interval of the sweep that reads the whole fleet.'),
  open: duration()
    .prefault('30s')
    .describe(
      'Interval of the sweep that finds newly due Macs and redistributions whose job is missing. The sweep calls Jamf Pro only to read exclusion groups.',
    ),
  fall: fallSchema
    .prefault({})
    .describe(
      'When more Macs than this are missing from Jamf Pro, none of them is retired until a user or a later sweep confirms it.',
    ),
});

/** Schema of one Jamf Pro server: address, credentials, webhooks, sweeps and watched profiles. */
export const instanceSchema = z.strictObject({
  url: z.url().describe('Address of the Jamf Pro server, such as https://example.jamfcloud.com.'),
  auth: jamfAuthSchema.describe('Credentials with which Recert signs in to Jamf Pro.'),
  tokenPath: z
    .enum(['/api/v1/oauth/token', '/api/oauth/token'])
    .optional()
    .describe(
      'Path of the Jamf Pro token endpoint. By default, Recert tries /api/v1/oauth/token first, then /api/oauth/token.',
    ),
  maxConnections: z
    .int()
    .min(1)
    .max(5)
    .default(2)
    .describe(
      'Maximum number of concurrent connections to Jamf Pro, shared by all workers. Jamf recommends at most 5 for all API clients together.',
    ),
  timeout: duration().prefault('30s').describe('Timeout of one request to Jamf Pro.'),
  pageSize: z
    .int()
    .min(1)
    .max(200)
    .default(100)
    .describe('Number of Macs per page when Recert reads inventory with certificates.'),
  webhooks: webhooksSchema,
  sweep: sweepSchema.prefault({}),
  okta: oktaSchema.optional(),
  profiles: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'use only a-z, 0-9 and -, at most 32 characters'),
      profileSchema,
    )
    .describe('The watched SCEP profiles, each under a name of your choice.'),
});

/** The parsed configuration of one Jamf Pro server, including its watched profiles. */
export type InstanceConfig = z.output<typeof instanceSchema>;
