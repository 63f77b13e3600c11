/**
 * Returns the name of a Redis key: `key('prod', 'hints')` is `{recert}:prod:hints`. Because of the hash tag in
 * braces, all keys are in one slot of a Redis Cluster.
 */
export type Key = (...parts: readonly string[]) => string;

/** Creates the function that returns key names. The prefix is also their hash tag. */
export function keysUnder(prefix: string): Key {
  return (...parts) => [`{${prefix}}`, ...parts].join(':');
}
