import { z } from 'zod';
import { instanceSchema } from './sections/instance.js';
import { duration, parseDuration } from './values/duration.js';
import { notificationsSchema } from './sections/notifications.js';
import { signInProblems, signInSchema } from './sections/sign-in.js';
import { tlsSchema } from './sections/tls.js';
import { trustProblems } from './sections/trusted-proxies.js';

/** A port may come from the environment, where everything is text. */
const port = () => z.coerce.number<string | number>().pipe(z.int().min(0).max(65535));

const redisSchema = z
  .strictObject({
    url: z
      .string()
      .regex(/^rediss?:\/\//, 'must start with redis:// or rediss://')
      .describe(
        'Address of the Redis server, redis:// or rediss:// (TLS). May carry user, password and database.',
      ),
    prefix: z
      .string()
      .regex(/^[a-z0-9-]+$/, 'only a-z, 0-9 and -')
      .default('recert')
      .describe(
        'First part of every key, and the hash tag that keeps our keys in one slot of a Redis Cluster.',
      ),
  })
  .describe('The Redis server: the only server Recert needs.');

const httpSchema = z
  .strictObject({
    host: z.string().default('127.0.0.1').describe('Address to listen on.'),
    port: port().default(8080).describe('Port of the receiver; 0 takes a free one.'),
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('How people and Jamf reach the receiver, for links.'),
    bodyLimit: z.int().min(1024).default(2_000_000).describe('Largest webhook body, in bytes.'),
    trustProxy: z
      .union([z.boolean(), z.string()])
      .default(false)
      .describe('Which proxies may tell the address of a client, as express understands it.'),
    tls: tlsSchema.optional(),
  })
  .describe('The receiver process: webhooks, ops API, console.');

const spoolSchema = z
  .strictObject({
    folder: z
      .string()
      .min(1)
      .max(80)
      .describe(
        'A folder on a local disk that outlives the process, at most 80 bytes long: a Unix socket is made in it. Receivers of one machine share it.',
      ),
    mostBytes: z
      .int()
      .min(100_000)
      .default(256_000_000)
      .describe('Most bytes that one receiver keeps there; beyond that webhooks are answered with 503.'),
  })
  .describe('Where webhooks are kept while Redis is away. Without it they are then answered with 503.');

const workerSchema = z
  .strictObject({
    host: z.string().default('127.0.0.1').describe('Address of the worker process for health and metrics.'),
    port: port().default(8081).describe('Port of the worker process; 0 takes a free one.'),
    concurrency: z
      .int()
      .min(1)
      .max(500)
      .default(20)
      .describe('Redistributions stepped at the same time in one process.'),
    lock: duration()
      .prefault('30s')
      .describe('A job whose worker is silent for so long is given to another.'),
    drain: duration().prefault('20s').describe('How long a stopping process waits for what is under way.'),
  })
  .describe('The worker process.');

const tokenSchema = z
  .strictObject({
    name: z.string().min(1).describe('Who holds the token: it is what the audit trail shows.'),
    role: z.enum(['viewer', 'operator', 'admin']).describe('What the holder may do.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the token, 64 hex digits')
      .describe('SHA-256 of the token, in hex: the token itself is kept nowhere.'),
    expires: z.iso.date().optional().describe('Last day on which the token is good, YYYY-MM-DD.'),
  })
  .describe('An API token.');

const logSchema = z
  .strictObject({
    level: z
      .enum(['error', 'warn', 'info', 'debug'])
      .default('info')
      .describe('Least level that is written.'),
    format: z.enum(['json', 'text']).default('json').describe('json for machines, text for a terminal.'),
  })
  .describe('Logging, to standard error.');

const auditSchema = z
  .strictObject({
    keep: duration()
      .prefault('400d')
      .refine((keepMs) => keepMs >= parseDuration('1d'), 'keep the audit trail for at least a day')
      .describe('How long the audit trail is kept.'),
  })
  .describe('What people did.');

/** The whole configuration. Field descriptions are the reference documentation: `recert config check --describe` prints them. */
export const configSchema = z
  .strictObject({
    redis: redisSchema,
    http: httpSchema.prefault({}),
    spool: spoolSchema.optional(),
    worker: workerSchema.prefault({}),
    log: logSchema.prefault({}),
    audit: auditSchema.prefault({}),
    notifications: notificationsSchema.prefault({}),
    signIn: signInSchema.prefault({}),
    tokens: z.array(tokenSchema).default([]).describe('API tokens for machines and for the command line.'),
    instances: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a name is a-z, 0-9 and -'), instanceSchema)
      .refine((instances) => Object.keys(instances).length > 0, 'name at least one Jamf Pro server')
      .describe('The Jamf Pro servers, each under the name that appears in routes, keys and metrics.'),
  })
  .superRefine((config, context) => {
    for (const { path, message } of [...trustProblems(config), ...signInProblems(config)])
      context.addIssue({ code: 'custom', path: [...path], message });
  });

/** Configuration after defaults, durations in milliseconds, secrets wrapped. */
export type Config = z.output<typeof configSchema>;

/** One API token as configured. */
export type TokenConfig = Config['tokens'][number];
