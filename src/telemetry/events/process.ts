import type { Descriptions } from '../description.js';

/** Operator events of a process: its start, its end and its Redis connections. */
export interface ProcessEvents {
  'process.started': { name: string; address: string };
  'process.stopping': { name: string; signal: string };
  'process.stopped': { name: string };
  'process.failed': { name: string; error: string };
  'redis.lost': { purpose: string; error: string };
  'redis.ready': { purpose: string };
}

/** Log messages and metrics for the operator events of processes. */
export const processEvents: Descriptions<ProcessEvents> = {
  'process.started': { level: 'info', say: ({ name, address }) => `${name} listens on ${address}` },
  'process.stopping': {
    level: 'info',
    say: ({ name, signal }) =>
      `${name} is stopping after ${signal}; send the signal again to stop it immediately`,
  },
  'process.stopped': { level: 'info', say: ({ name }) => `${name} has stopped` },
  'process.failed': { level: 'error', say: ({ name, error }) => `${name} failed: ${error}` },
  'redis.lost': {
    level: 'error',
    say: ({ error }) => `Redis is unreachable: ${error}`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_redis_connections_lost_total',
        help: 'Number of lost connections to Redis.',
      },
    ],
  },
  'redis.ready': { level: 'info', say: ({ purpose }) => `Redis connection for ${purpose} is ready` },
};
