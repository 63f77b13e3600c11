import { z } from 'zod';
import { instanceSchema } from './sections/instance.js';
import { duration, parseDuration } from './values/duration.js';
import { redisSchema } from './sections/redis.js';
import { notificationsSchema } from './sections/notifications.js';
import { signInProblems, signInSchema } from './sections/sign-in.js';
import { tlsSchema } from './sections/tls.js';
import { trustProblems } from './sections/trusted-proxies.js';

/** A port as number or text: a value from the environment is always text. */
const port = () => z.coerce.number<string | number>().pipe(z.int().min(0).max(65535));

const httpSchema = z
  .strictObject({
    host: z.string().default('127.0.0.1').describe('Address to listen on.'),
    port: port().default(8080).describe('Port of the receiver; 0 selects a free port.'),
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Public URL of the receiver, used by people and Jamf Pro.'),
    bodyLimit: z.int().min(1024).default(2_000_000).describe('Maximum size of a webhook body, in bytes.'),
    trustProxy: z
      .union([z.boolean(), z.string()])
      .default(false)
      .describe(
        'Proxies whose X-Forwarded-For header is trusted, in the notation of the Express setting "trust proxy".',
      ),
    tls: tlsSchema.optional(),
  })
  .describe('The receiver process: webhooks, API, console.');

const spoolSchema = z
  .strictObject({
    folder: z
      .string()
      .min(1)
      .max(80)
      .describe(
        'Path of a folder on a local disk that survives a restart of the process. At most 80 bytes, because Recert creates a Unix socket in it. Receivers on one host can share it.',
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
    'Local spool for webhooks while Redis is unavailable. Without it, webhooks are rejected with 503 meanwhile.',
  );

const workerSchema = z
  .strictObject({
    host: z.string().default('127.0.0.1').describe('Address on which the worker serves health and metrics.'),
    port: port().default(8081).describe('Port of the worker; 0 selects a free port.'),
    concurrency: z
      .int()
      .min(1)
      .max(500)
      .default(20)
      .describe('Redistributions processed concurrently by one worker.'),
    lock: duration()
      .prefault('30s')
      .describe('A job whose worker is unresponsive for this long is handed to another worker.'),
    drain: duration()
      .prefault('20s')
      .describe('Maximum time that a stopping process waits for running work.'),
  })
  .describe('The worker process.');

const tokenSchema = z
  .strictObject({
    name: z.string().min(1).describe('Name of the token holder, shown in the audit log.'),
    role: z.enum(['viewer', 'operator', 'admin']).describe('Role of the holder.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 hash of the token, 64 hex digits')
      .describe('SHA-256 hash of the token, in hex. The token itself is not stored anywhere.'),
    expires: z.iso.date().optional().describe('Last day on which the token is valid, YYYY-MM-DD.'),
  })
  .describe('An API token.');

const logSchema = z
  .strictObject({
    level: z.enum(['error', 'warn', 'info', 'debug']).default('info').describe('Minimum level to log.'),
    format: z
      .enum(['json', 'text'])
      .default('json')
      .describe('json for log collectors, text for a terminal.'),
  })
  .describe('Logging, to standard error.');

const auditSchema = z
  .strictObject({
    keep: duration()
      .prefault('400d')
      .refine((keepMs) => keepMs >= parseDuration('1d'), 'must be at least 1d')
      .describe('Retention of the audit log.'),
  })
  .describe('Audit log: who did what.');

/** The whole configuration. The field descriptions are the reference documentation (docs/configuration.md). */
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
    for (const { path, message } of [...trustProblems(config), ...signInProblems(config)])
      context.addIssue({ code: 'custom', path: [...path], message });
  });

/** Parsed configuration: defaults applied, durations in milliseconds, secrets wrapped. */
export type Config = z.output<typeof configSchema>;

/** Parsed configuration of one API token. */
export type TokenConfig = Config['tokens'][number];
