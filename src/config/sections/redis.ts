import { z } from 'zod';
import { secret } from '../values/secret.js';
import { certificates, keyMatches } from './tls.js';

const address = () =>
  z.string().regex(/^(?:\[[\da-f:.]+\]|[^\s:/@[\]]+):\d{1,5}$/i, 'must be host:port, such as 10.0.0.1:6379');

const redisTlsSchema = z
  .strictObject({
    ca: certificates()
      .optional()
      .describe(
        'CA certificates, in PEM, that issue the certificates of the Redis servers; caFile reads them from a file. Without this setting, only publicly trusted certificates are accepted.',
      ),
    cert: certificates()
      .optional()
      .describe('Client certificate for Redis, in PEM; certFile reads it from a file. Requires key.'),
    key: secret()
      .optional()
      .describe('Private key of the client certificate, in PEM; keyFile reads it from a file.'),
  })
  .superRefine(({ cert, key }, context) => {
    if ((cert === undefined) !== (key === undefined))
      context.addIssue({ code: 'custom', message: 'set cert and key together' });
    else if (cert !== undefined && key !== undefined && !keyMatches(cert, key.reveal()))
      context.addIssue({ code: 'custom', path: ['key'], message: 'is not the private key of cert' });
  })
  .describe('TLS to Redis. An empty value, {}, enables TLS. With a rediss:// URL, TLS is always enabled.');

/** Schema of the connection to Redis: a single server, a primary behind Sentinels, or a Cluster. */
export const redisSchema = z
  .strictObject({
    url: z
      .string()
      .regex(/^rediss?:\/\//, 'must start with redis:// or rediss://')
      .optional()
      .describe(
        'URL of a single Redis server, redis:// or rediss:// (TLS). It may contain user, password and database.',
      ),
    sentinels: z
      .array(address())
      .min(1)
      .optional()
      .describe('Addresses of Redis Sentinels, host:port, instead of url. Requires name.'),
    name: z.string().min(1).optional().describe('Name of the Redis primary that the Sentinels monitor.'),
    cluster: z
      .array(address())
      .min(1)
      .optional()
      .describe(
        'Addresses of some nodes of a Redis Cluster, host:port, instead of url. Recert finds the other nodes.',
      ),
    username: z
      .string()
      .min(1)
      .optional()
      .describe('User (ACL) of Redis. Without this setting, Recert uses the Redis user named default.'),
    password: secret().optional().describe('Password of Redis; passwordFile reads it from a file.'),
    sentinelUsername: z.string().min(1).optional().describe('User (ACL) of the Redis Sentinels.'),
    sentinelPassword: secret()
      .optional()
      .describe('Password of the Redis Sentinels; sentinelPasswordFile reads it from a file.'),
    tls: redisTlsSchema.optional(),
    prefix: z
      .string()
      .regex(/^[a-z0-9-]+$/, 'use only a-z, 0-9 and -')
      .default('recert')
      .describe(
        'Text at the start of every Redis key. It is also the hash tag that keeps all keys in one slot of a Redis Cluster.',
      ),
  })
  .superRefine(({ url, sentinels, name, cluster }, context) => {
    const forms = [url, sentinels, cluster].filter((form) => form !== undefined);
    if (forms.length !== 1)
      context.addIssue({ code: 'custom', message: 'set exactly one of url, sentinels and cluster' });
    else if ((sentinels === undefined) !== (name === undefined))
      context.addIssue({ code: 'custom', message: 'set sentinels and name together' });
  })
  .describe('Redis, the only other server that Recert needs.');

/** The parsed settings of the connection to Redis, without the prefix of the keys. */
export type RedisSettings = Omit<z.output<typeof redisSchema>, 'prefix'>;
