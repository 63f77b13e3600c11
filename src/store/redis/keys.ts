/** Makes the name of a key: `key('prod', 'hints')` is `{recert}:prod:hints`, in one slot of a Redis Cluster. */
export type Key = (...parts: readonly string[]) => string;

/** Keys under one prefix, which is also their hash tag. */
export function keysUnder(prefix: string): Key {
  return (...parts) => [`{${prefix}}`, ...parts].join(':');
}
