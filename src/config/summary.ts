import type { Config } from './schema.js';
import { writeDuration } from './values/duration.js';
import { Secret } from './values/secret.js';

const DURATION_KEYS = new Set(
  [
    'lock drain keep timeout dedupe gather addedDelay changed full open window jitter nativeGrace stale missing confirm settle'.split(
      ' ',
    ),
    'seen left lease alarm'.split(' '),
    'hold online command delivery blankPush inventory proof status poll retry retryMost attemptsWithin every recoverAfter webhooksSilent workersSilent idle life'.split(
      ' ',
    ),
  ].flat(),
);

/** Returns a part of the configuration in the notation of the file: durations as text, secrets hidden. */
export function asWritten<T extends object>(part: T): Record<keyof T & string, unknown> {
  return plain(part, '') as Record<keyof T & string, unknown>;
}

/** Returns the effective configuration as plain JSON values: durations as text, secrets and credentials in URLs hidden. */
export function summarize(config: Config): unknown {
  return plain(config, '');
}

function plain(value: unknown, key: string): unknown {
  if (value instanceof Secret) return value.toString();
  if (value instanceof RegExp) return value.source;
  if (typeof value === 'number') return DURATION_KEYS.has(key) ? writeDuration(value) : value;
  if (typeof value === 'string') return key === 'url' ? withoutCredentials(value) : value;
  if (Array.isArray(value)) return value.map((item) => plain(item, key));
  if (typeof value !== 'object' || value === null) return value;
  if (key === 'window' && 'share' in value) return `${Number((100 * Number(value.share)).toFixed(6))}%`;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, name)]));
}

/** Hides the password and all query values of a URL: ioredis also accepts a password in the query. */
function withoutCredentials(text: string): string {
  const url = new URL(text);
  if (url.password) url.password = 'hidden';
  for (const name of new Set(url.searchParams.keys())) url.searchParams.set(name, 'hidden');
  return url.toString();
}
