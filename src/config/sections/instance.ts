import { z } from 'zod';
import { parseRange } from '../values/address.js';
import { duration } from '../values/duration.js';
import { id, profileSchema } from './profile.js';
import { secret } from '../values/secret.js';
import { webhookAuthenticationSchema } from './webhook-authentication.js';

const jamfAuthSchema = z.union(
  [
    z.strictObject({
      clientId: z.string().min(1).describe('Client ID of a Jamf Pro API client.'),
      clientSecret: secret().describe('Client secret of the API client.'),
    }),
    z.strictObject({
      username: z.string().min(1).describe('User name of a Jamf Pro user account. Prefer an API client.'),
      password: secret().describe('Password of the user account.'),
    }),
  ],
  'set clientId and clientSecret (preferred), or username and password',
);

/** Jamf Pro events that Recert acts on, without smart-group events. docs/webhooks.md describes the effect of each. */
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
      'Source addresses and ranges (IPv4 or IPv6, such as 192.0.2.0/24) that may send webhooks, in addition to authentication. Empty: any source. Behind a proxy, set http.trustProxy so that Recert knows the address of the sender.',
    ),
  dedupe: duration()
    .prefault('10m')
    .describe('An identical event within this time is a duplicate. 0s: no duplicate detection.'),
  gather: duration()
    .prefault('2s')
    .describe('Time that a Mac waits for assessment, so that one call to Jamf Pro reads many Macs.'),
  addedDelay: duration()
    .prefault('5m')
    .describe('Delay before a newly enrolled Mac is assessed, so that its profiles have time to install.'),
  keepEvents: z.int().min(0).default(50_000).describe('Number of events kept in the event log.'),
  name: z
    .string()
    .regex(
      /^[A-Za-z0-9](?:[\w.-]| (?! )){0,30}[\w.-]$/,
      'use only letters, digits, single spaces, ".", "_" and "-", at most 32 characters',
    )
    .default('Recert')
    .describe(
      'Name prefix of the webhooks in Jamf Pro; the event name follows. `recert webhooks apply` changes only webhooks with this prefix. Two Recert installations on one Jamf Pro server need different prefixes.',
    ),
  events: z
    .array(z.enum(WEBHOOK_EVENTS))
    .default([...WEBHOOK_EVENTS.slice(0, 6)])
    .describe('Events for which `recert webhooks apply` creates a webhook in Jamf Pro.'),
  smartGroups: z
    .array(id)
    .default([])
    .describe(
      'IDs of smart groups whose membership changes Jamf Pro reports, such as a group of Macs with an expiring certificate. Each gets its own webhook.',
    ),
});

const sweepSchema = z.strictObject({
  changed: duration()
    .prefault('15m')
    .describe('Interval of the sweep that reads Macs with changed inventory.'),
  full: duration().prefault('24h').describe('Interval of the sweep that reads the whole fleet.'),
  open: duration()
    .prefault('30s')
    .describe(
      'Interval of the sweep that finds newly due Macs and redistributions without a job. It calls Jamf Pro only for exclusion groups.',
    ),
});

/** One Jamf Pro server: address, credentials, webhooks, sweeps and watched profiles. */
export const instanceSchema = z.strictObject({
  url: z.url().describe('Address of the Jamf Pro server, such as https://example.jamfcloud.com.'),
  auth: jamfAuthSchema.describe('Credentials of Recert in Jamf Pro.'),
  tokenPath: z
    .enum(['/api/oauth/token', '/api/v1/oauth/token'])
    .default('/api/oauth/token')
    .describe('Path of the token endpoint. Current servers have both.'),
  maxConnections: z
    .int()
    .min(1)
    .max(5)
    .default(2)
    .describe(
      'Maximum concurrent connections to Jamf Pro, across all workers. Jamf recommends at most 5 for all clients.',
    ),
  timeout: duration().prefault('30s').describe('Timeout of one request to Jamf Pro.'),
  pageSize: z
    .int()
    .min(1)
    .max(200)
    .default(100)
    .describe('Macs per page when Recert reads inventory with certificates.'),
  webhooks: webhooksSchema,
  sweep: sweepSchema.prefault({}),
  profiles: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'use only a-z, 0-9 and -, at most 32 characters'),
      profileSchema,
    )
    .superRefine((profiles, context) => {
      const others = Object.values(profiles).flatMap(({ overlap }) => [overlap.joinGreen, overlap.leaveBlue]);
      for (const [name, { cycle }] of Object.entries(profiles))
        if (cycle !== undefined && others.includes(cycle.exclude))
          context.addIssue({
            code: 'custom',
            path: [name, 'cycle', 'exclude'],
            message: `is also a group of an overlap: Recert removes any Mac that it finds in exclusion group ${cycle.exclude}, so the group must not have another use`,
          });
    })
    .describe('The watched SCEP profiles, each under a name of your choice.'),
});

/** Parsed configuration of one Jamf Pro server. */
export type InstanceConfig = z.output<typeof instanceSchema>;
