import { z } from 'zod';
import { duration } from '../duration.js';
import { ALL_PRIVILEGES } from './auth/privileges.js';

const TOKEN_PATHS = ['/api/v1/oauth/token', '/api/oauth/token'] as const;

const privileges = z
  .array(z.string())
  .default([...ALL_PRIVILEGES])
  .describe('Names of Jamf Pro privileges; all known privileges by default.');

const client = z.object({
  id: z.string().min(1),
  secret: z.string().min(1),
  displayName: z.string().default('API client'),
  enabled: z
    .boolean()
    .default(true)
    .describe('A disabled client gets no new token; its existing tokens stay valid.'),
  tokenLifetime: duration.prefault('20m').describe('Lifetime of its access tokens.'),
  privileges,
});

const user = z.object({ username: z.string().min(1), password: z.string().min(1), privileges });

const okta = z.object({
  clientId: z.string().default('').describe('Client ID of the service app in Okta; empty: there is none.'),
  keys: z
    .array(z.looseObject({ kid: z.string(), kty: z.string() }))
    .default([])
    .describe('Public keys of the service app (JWK).'),
  scopes: z
    .array(z.string())
    .default(['okta.certificateAuthorities.read', 'okta.logs.read'])
    .describe('Scopes that are granted to the service app.'),
  dpop: z.boolean().default(true).describe('Whether the service app requires DPoP.'),
});

/**
 * Schema of the options of the HTTP server. The option `squeeze` does not apply to their durations: tokens and
 * nodes use the clock of the simulator directly.
 */
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
    .describe('Users that can sign in with a user name and a password.'),
  tokenPaths: z
    .array(z.enum(TOKEN_PATHS))
    .default([...TOKEN_PATHS])
    .describe(
      'Paths of the token endpoint. The API description lists only the one with v1; most scripts use the other one.',
    ),
  userTokenLifetime: duration.prefault('20m').describe('Lifetime of the token of a user.'),
  okta: okta.prefault({}).describe('The service app in the simulated Okta organization.'),
  nodes: z.int().min(1).max(16).default(1).describe('Number of cluster nodes behind the address.'),
  nodeLag: duration.prefault('60s').describe('Delay until the other nodes see a change.'),
  requestLog: z.int().min(0).default(50_000).describe('Number of recent requests in the log.'),
});

/** Options of the HTTP server after parsing; durations are milliseconds. */
export type HttpOptions = z.output<typeof httpOptionsSchema>;
export type ApiClient = HttpOptions['clients'][number];
