/** Returns the key prefix for BullMQ. The hash tag keeps all keys in one slot of a Redis Cluster. */
export function queuePrefix(prefix: string): string {
  return `{${prefix}}:queue`;
}
