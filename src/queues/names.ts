/** The queues, each with one worker file of the same name in `workers/`. */
export const QUEUES = ['assess', 'redistribute', 'sweep', 'notify'] as const;

/** Name of a queue. */
export type QueueName = (typeof QUEUES)[number];

/** What BullMQ puts before its keys: the hash tag keeps all of them in one slot of a Redis Cluster. */
export function queuePrefix(prefix: string): string {
  return `{${prefix}}:queue`;
}
