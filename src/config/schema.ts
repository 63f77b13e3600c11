import { z } from 'zod';
import { doubleRoles } from '../domain/groups/group-roles.js';
import { instanceSchema } from './sections/instance.js';
import { duration, parseDuration } from './values/duration.js';
import { redisSchema } from './sections/redis.js';
import { notificationsSchema } from './sections/notifications.js';
import { signInProblems, signInSchema } from './sections/sign-in.js';
import { secret } from './values/secret.js';
import { tlsSchema } from './sections/tls.js';
import { trustProblems } from './sections/trusted-proxies.js';

/** Accepts a number or text, because a value from an environment variable is always text. */
const port = () => z.coerce.number<string | number>().pipe(z.int().min(0).max(65535));

const httpSchema = z
  .strictObject({
    host: z.string().default('127.0.0.1').describe('IP address on which the receiver listens.'),
    port: port().default(8080).describe('TCP port of the receiver; 0 selects a free port.'),
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Public URL of the receiver, used by people and Jamf Pro.'),
    bodyLimit: z.int().min(1024).default(2_000_000).describe('Maximum size of a webhook body, in bytes.'),
    trustProxy: z
      .union([z.boolean(), z.string()])
      .default(false)
      .describe(
        'Reverse proxies whose X-Forwarded-For header is trusted, in the notation of the Express setting "trust proxy".',
      ),
    tls: tlsSchema.optional(),
  })
  .describe('The receiver process: an HTTP server for webhooks, API and console.');

const spoolSchema = z
  .strictObject({
    folder: z
      .string()
      .min(1)
      .max(80)
      .describe(
        'Path of the spool folder, on a local disk that survives a restart of the process. At most 80 bytes, because Recert creates a Unix socket in the folder. Receivers on one host can share the folder.',
      ),
    mostBytes: z
      .int()
      .min(100_000)
      .default(256_000_000)
      .describe(
        'Maximum size of the spool of one receiver, in bytes. When it is full, webhooks are rejected with 503.',
      ),
  })
  .describe(
    'Local spool: a receiver stores webhooks on disk while Redis is unavailable. Without a spool, the receiver rejects webhooks with 503 during that time.',
  );

const workerSchema = z
  .strictObject({
    host: z
      .string()
      .default('127.0.0.1')
      .describe('IP address on which the worker serves health checks and metrics.'),
    port: port().default(8081).describe('TCP port of the worker; 0 selects a free port.'),
    concurrency: z
      .int()
      .min(1)
      .max(500)
      .default(20)
      .describe('Number of redistributions that one worker processes at the same time.'),
    lock: duration()
      .prefault('30s')
      .describe('When a worker does not respond for this long, its jobs are handed to another worker.'),
    drain: duration().prefault('20s').describe('Maximum time that a stopping worker waits for running jobs.'),
  })
  .describe('The worker process, which runs the background jobs and calls Jamf Pro.');

const tokenSchema = z
  .strictObject({
    name: z.string().min(1).describe('Name of the token holder, shown in the audit log.'),
    role: z.enum(['viewer', 'operator', 'admin']).describe('Role of the token holder.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 hash of the token, 64 hex digits')
      .describe('SHA-256 hash of the token, in hex. The token itself is not stored anywhere.'),
    expires: z.iso.date().optional().describe('Last day on which the token is valid, YYYY-MM-DD.'),
  })
  .describe('An API token for a script or a user of the command line.');

const logSchema = z
  .strictObject({
    level: z.enum(['error', 'warn', 'info', 'debug']).default('info').describe('Minimum level to log.'),
    format: z
      .enum(['json', 'text', 'ecs'])
      .default('json')
      .describe(
        'json for log collectors, ecs for Elasticsearch (Elastic Common Schema), text for a terminal.',
      ),
  })
  .describe('Logging, to standard error.');

const metricsSchema = z
  .strictObject({
    host: z
      .string()
      .default('127.0.0.1')
      .describe('IP address of the separate port for the metrics of the receiver.'),
    port: port()
      .optional()
      .describe(
        'TCP port on which the receiver serves /metrics instead of http.port; 0 selects a free port. The worker serves /metrics on worker.port.',
      ),
    token: secret()
      .optional()
      .describe(
        'Bearer token that Prometheus sends to read /metrics of receiver and worker; tokenFile reads it from a file.',
      ),
  })
  .describe(
    'Metrics for Prometheus. Without port and token, the receiver serves /metrics only to requests from the same host that did not pass a reverse proxy.',
  );

const auditSchema = z
  .strictObject({
    keep: duration()
      .prefault('400d')
      .refine((keepMs) => keepMs >= parseDuration('1d'), 'must be at least 1d (one day)')
      .describe('How long entries of the audit log are kept.'),
  })
  .describe('The audit log, which records who did what and why.');

/** The whole configuration. The field descriptions are the reference documentation (docs/configuration.md). */
export const configSchema = z
  .strictObject({
    redis: redisSchema,
    http: httpSchema.prefault({}),
    spool: spoolSchema.optional(),
    worker: workerSchema.prefault({}),
    log: logSchema.prefault({}),
    metrics: metricsSchema.prefault({}),
    audit: auditSchema.prefault({}),
    notifications: notificationsSchema.prefault({}),
    signIn: signInSchema.prefault({}),
    tokens: z.array(tokenSchema).default([]).describe('API tokens for scripts and for the CLI.'),
    instances: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'use only a-z, 0-9 and -, at most 32 characters'),
        instanceSchema,
      )
      .refine((instances) => Object.keys(instances).length > 0, 'add at least one Jamf Pro server')
      .describe(
        'The Jamf Pro servers, each under a name of your choice. The name appears in URLs, Redis keys and metrics.',
      ),
  })
  .superRefine((config, context) => {
    const servers = Object.entries(config.instances).map(([instance, { url, profiles }]) => ({
      instance,
      url,
      profiles,
    }));
    const roles = doubleRoles(servers).map(({ path, message }) => ({
      path: ['instances', ...path],
      message,
    }));
    for (const { path, message } of [...trustProblems(config), ...signInProblems(config), ...roles])
      context.addIssue({ code: 'custom', path: [...path], message });
  });

/** The parsed configuration: defaults are applied, durations are in milliseconds, secrets are `Secret` objects. */
export type Config = z.output<typeof configSchema>;

export type TokenConfig = Config['tokens'][number];
