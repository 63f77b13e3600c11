import type { Descriptions } from '../description.js';

/** What happens to a process of ours. */
export interface ProcessEvents {
  'process.started': { name: string; address: string };
  'process.stopping': { name: string; signal: string };
  'process.stopped': { name: string };
  'process.failed': { name: string; error: string };
  'redis.lost': { purpose: string; error: string };
  'redis.ready': { purpose: string };
}

export const processEvents: Descriptions<ProcessEvents> = {
  'process.started': { level: 'info', say: ({ name, address }) => `${name} listens on ${address}` },
  'process.stopping': {
    level: 'info',
    say: ({ name, signal }) => `${name} stops after ${signal}, a second signal stops it at once`,
  },
  'process.stopped': { level: 'info', say: ({ name }) => `${name} has stopped` },
  'process.failed': { level: 'error', say: ({ name, error }) => `${name} failed: ${error}` },
  'redis.lost': {
    level: 'error',
    say: ({ error }) => `Redis cannot be reached: ${error}`,
    metrics: [
      { type: 'counter', name: 'recert_redis_lost_total', help: 'Times the connection to Redis was lost.' },
    ],
  },
  'redis.ready': { level: 'info', say: ({ purpose }) => `Redis is ready for ${purpose}` },
};
