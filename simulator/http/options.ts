import { z } from 'zod';
import { duration } from '../duration.js';
import { ALL_PRIVILEGES } from './auth/privileges.js';

const privileges = z
  .array(z.string())
  .default([...ALL_PRIVILEGES])
  .describe('Names of Jamf privileges; all that the simulator knows when left out.');

const client = z.object({
  id: z.string().min(1),
  secret: z.string().min(1),
  displayName: z.string().default('API client'),
  enabled: z.boolean().default(true).describe('A disabled one gets no new token; its old ones stay valid.'),
  tokenLifetime: duration.prefault('20m').describe('Lifetime of its access tokens.'),
  privileges,
});

const user = z.object({ username: z.string().min(1), password: z.string().min(1), privileges });

/** Switches of the HTTP side. Nothing here is squeezed: tokens and nodes live on the clock as it is. */
export const httpOptionsSchema = z.strictObject({
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+/)
    .default('11.30.1-t1780000000')
    .describe('Version of the server; inventory v4 exists from 11.30.0.'),
  clients: z
    .array(client)
    .prefault([{ id: 'recert', secret: 'recert-secret' }])
    .describe('API clients that can sign in with client credentials.'),
  users: z
    .array(user)
    .prefault([{ username: 'admin', password: 'admin-password' }])
    .describe('Users that can sign in with a name and a password.'),
  userTokenLifetime: duration.prefault('20m').describe('Lifetime of the bearer token of a user.'),
  nodes: z.int().min(1).max(16).default(1).describe('Nodes of the cluster behind the one address.'),
  nodeLag: duration
    .prefault('60s')
    .describe('How much later than the node that was written to the other nodes learn of a change.'),
  requestLog: z.int().min(0).default(50_000).describe('How many of the last requests the log keeps.'),
});

export type HttpOptions = z.output<typeof httpOptionsSchema>;
export type ApiClient = HttpOptions['clients'][number];
