/** All queues. Each has a worker in `workers/` with the same name. */
export const QUEUES = ['assess', 'redistribute', 'sweep', 'notify', 'batch'] as const;

/** Name of a queue. */
export type QueueName = (typeof QUEUES)[number];
