import { z } from 'zod';
import { parseRange } from '../values/address.js';
import { duration } from '../values/duration.js';
import { id, profileSchema } from './profile.js';
import { secret } from '../values/secret.js';
import { webhookAuthenticationSchema } from './webhook-authentication.js';

const jamfAuthSchema = z.union(
  [
    z.strictObject({
      clientId: z.string().min(1).describe('Client id of a Jamf Pro API client.'),
      clientSecret: secret().describe('Its secret.'),
    }),
    z.strictObject({
      username: z.string().min(1).describe('A Jamf Pro user account; an API client is better.'),
      password: secret().describe('Its password.'),
    }),
  ],
  'give clientId and clientSecret (better), or username and password',
);

/** Events of which Recert makes something, but for those of smart groups; docs/webhooks.md says what. */
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
        .refine((text) => parseRange(text) !== null, 'is not an address, nor a range such as 192.0.2.0/24'),
    )
    .default([])
    .describe(
      'Addresses and ranges (IPv4, IPv6, 192.0.2.0/24) from which webhooks are taken, beside their authentication; empty for all. Behind a proxy set http.trustProxy, so that the address of the sender is known.',
    ),
  dedupe: duration().prefault('10m').describe('The same event within this time is a duplicate.'),
  gather: duration()
    .prefault('2s')
    .describe('Hints wait so long for others, so that one call to Jamf reads many Macs.'),
  addedDelay: duration()
    .prefault('5m')
    .describe('A new Mac is looked at after this time: its profiles need time to arrive.'),
  keepEvents: z.int().min(0).default(50_000).describe('How many events are kept for a look.'),
  name: z
    .string()
    .regex(/^[A-Za-z0-9](?:[\w.-]| (?! )){0,30}[\w.-]$/, 'letters, digits, blanks, ".", "_" and "-"')
    .default('Recert')
    .describe(
      'What the webhooks in Jamf are called, followed by the event: `recert webhooks apply` changes those and no others. Two Recerts at one Jamf Pro need two names.',
    ),
  events: z
    .array(z.enum(WEBHOOK_EVENTS))
    .default([...WEBHOOK_EVENTS.slice(0, 6)])
    .describe('Events for which `recert webhooks apply` makes a webhook in Jamf.'),
  smartGroups: z
    .array(id)
    .default([])
    .describe(
      'Ids of smart groups, such as one of Macs whose certificate expires soon, whose changes Jamf is to tell, each with a webhook of its own.',
    ),
});

const sweepSchema = z.strictObject({
  changed: duration().prefault('15m').describe('How often Macs whose inventory changed are read.'),
  full: duration().prefault('24h').describe('How often the whole fleet is read.'),
  open: duration()
    .prefault('30s')
    .describe(
      'How often Macs that came due by time alone, and redistributions without a job, are looked for.',
    ),
});

/** One Jamf Pro server: how to reach it, how it proves itself, what is watched there. */
export const instanceSchema = z.strictObject({
  url: z.url().describe('Address of the Jamf Pro server, such as https://example.jamfcloud.com.'),
  auth: jamfAuthSchema.describe('How Recert signs in to Jamf Pro.'),
  tokenPath: z
    .enum(['/api/oauth/token', '/api/v1/oauth/token'])
    .default('/api/oauth/token')
    .describe('Path of the token endpoint; both exist on current servers.'),
  maxConnections: z
    .int()
    .min(1)
    .max(5)
    .default(2)
    .describe(
      'Connections to Jamf at the same time, over all workers together. Jamf recommends at most 5 for all of its clients.',
    ),
  timeout: duration().prefault('30s').describe('Longest wait for one answer of Jamf.'),
  pageSize: z.int().min(1).max(200).default(100).describe('Macs in one page of inventory with certificates.'),
  webhooks: webhooksSchema,
  sweep: sweepSchema.prefault({}),
  profiles: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a name is a-z, 0-9 and -'), profileSchema)
    .superRefine((profiles, context) => {
      const others = Object.values(profiles).flatMap(({ overlap }) => [overlap.joinGreen, overlap.leaveBlue]);
      for (const [name, { cycle }] of Object.entries(profiles))
        if (cycle !== undefined && others.includes(cycle.exclude))
          context.addIssue({
            code: 'custom',
            path: [name, 'cycle', 'exclude'],
            message: `is a group of an overlap, too: whoever is found in the exclusion group ${cycle.exclude} is taken out of it`,
          });
    })
    .describe('The SCEP profiles that are watched, each under a name of yours.'),
});

/** One Jamf Pro server as configured. */
export type InstanceConfig = z.output<typeof instanceSchema>;
