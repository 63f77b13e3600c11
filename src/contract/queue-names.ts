/** The queues, each with one worker file of the same name in `workers/`. */
export const QUEUES = ['assess', 'redistribute', 'sweep', 'notify', 'batch'] as const;

/** Name of a queue. */
export type QueueName = (typeof QUEUES)[number];
