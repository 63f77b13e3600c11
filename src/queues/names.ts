/** What BullMQ puts before its keys: the hash tag keeps all of them in one slot of a Redis Cluster. */
export function queuePrefix(prefix: string): string {
  return `{${prefix}}:queue`;
}
