import type { Descriptions } from '../description.js';

/** What happens to webhooks that are kept on the local disk, told to operators. */
export interface SpoolEvents {
  'spool.begun': object;
  'spool.size': { bytes: number };
  'spool.adopted': { segments: number; bytes: number };
  'spool.replayed': { events: number };
  'spool.torn': { segment: string; lines: number };
  'spool.dropped': { instance: string };
  'spool.full': { bytes: number };
  'spool.failed': { error: string };
  'spool.stuck': { error: string; bytes: number };
}

const counter = (name: string, help: string) => ({ type: 'counter' as const, name, help });

export const spoolEvents: Descriptions<SpoolEvents> = {
  'spool.begun': {
    level: 'warn',
    say: () => 'Redis does not take webhooks: they are kept on the local disk until it does',
  },
  'spool.size': {
    level: 'debug',
    say: ({ bytes }) => `the spool holds ${bytes} bytes`,
    metrics: [
      {
        type: 'gauge',
        name: 'recert_spool_bytes',
        help: 'Bytes of webhooks on the local disk that Redis does not have yet.',
        value: ({ bytes }) => bytes,
      },
    ],
  },
  'spool.adopted': {
    level: 'info',
    say: ({ segments, bytes }) =>
      `${bytes} bytes in ${segments} files that ended receivers left are replayed when Redis is there`,
  },
  'spool.replayed': {
    level: 'info',
    say: ({ events }) => `${events} webhooks from the local disk are in Redis now`,
    metrics: [
      {
        ...counter('recert_spool_replayed_total', 'Webhooks brought from the local disk to Redis.'),
        by: ({ events }) => events,
      },
    ],
  },
  'spool.torn': {
    level: 'warn',
    say: ({ segment, lines }) =>
      `${lines} lines of ${segment} are torn and passed over: expected for the last line after a crash, which was never answered with 202`,
    metrics: [
      {
        ...counter('recert_spool_torn_total', 'Lines of the spool that could not be read.'),
        by: ({ lines }) => lines,
      },
    ],
  },
  'spool.dropped': {
    level: 'warn',
    say: ({ instance }) => `a webhook on the local disk is dropped: ${instance} is no longer configured`,
  },
  'spool.full': {
    level: 'error',
    say: ({ bytes }) =>
      `THE SPOOL IS FULL with ${bytes} bytes: webhooks are answered with 503. Bring Redis back, or raise spool.mostBytes.`,
    metrics: [counter('recert_spool_full_total', 'How often the spool became full.')],
  },
  'spool.failed': {
    level: 'error',
    say: ({ error }) => `the local disk did not take a webhook, it is answered with 503: ${error}`,
    metrics: [counter('recert_spool_failures_total', 'Webhooks that the local disk did not take.')],
  },
  'spool.stuck': {
    level: 'warn',
    say: ({ error }) => `webhooks on the local disk are not in Redis yet, the next try follows: ${error}`,
  },
};
