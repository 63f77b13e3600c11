/** Names of all BullMQ queues. `workers/` contains a file with the same name for each queue. */
export const QUEUES = ['assess', 'redistribute', 'sweep', 'notify', 'batch'] as const;

export type QueueName = (typeof QUEUES)[number];
