import type { Descriptions } from '../description.js';

/** Operator events of the spool, the local file in which a receiver keeps webhooks while Redis is unavailable. */
export interface SpoolEvents {
  'spool.begun': object;
  'spool.size': { bytes: number };
  'spool.adopted': { segments: number; bytes: number };
  'spool.replayed': { events: number };
  'spool.torn': { segment: string; lines: number };
  'spool.dropped': { instance: string };
  'spool.full': { bytes: number };
  'spool.failed': { error: string };
  /** Writing the spool to the disk fails. Emitted when this begins, even while Redis is available. */
  'spool.unwritable': { error: string };
  'spool.writable': object;
  'spool.undeleted': { segment: string; error: string };
  'spool.missing': { segment: string };
  /** A segment was written by a newer version. It stays on the disk. */
  'spool.set-aside': { segment: string; error: string };
  'spool.stuck': { error: string; bytes: number };
}

const writableGauge = (value: 0 | 1) => ({
  type: 'gauge' as const,
  name: 'recert_spool_writable',
  help: '1 while the spool can be written, 0 while it cannot.',
  value: () => value,
});
const counter = (name: string, help: string) => ({ type: 'counter' as const, name, help });

/** Log messages and metrics for the operator events of the spool. */
export const spoolEvents: Descriptions<SpoolEvents> = {
  'spool.begun': {
    level: 'warn',
    say: () =>
      'Redis does not accept webhooks: they are written to the spool on the local disk until Redis accepts webhooks again',
  },
  'spool.size': {
    level: 'debug',
    say: ({ bytes }) => `the spool holds ${bytes} bytes`,
    metrics: [
      {
        type: 'gauge',
        name: 'recert_spool_bytes',
        help: 'Size of the webhooks in the spool that are not in Redis yet, in bytes.',
        value: ({ bytes }) => bytes,
      },
    ],
  },
  'spool.adopted': {
    level: 'info',
    say: ({ segments, bytes }) =>
      `adopted ${segments} spool files (${bytes} bytes) of stopped receivers; they are replayed when Redis is available`,
  },
  'spool.replayed': {
    level: 'info',
    say: ({ events }) => `replayed ${events} spooled webhooks into Redis`,
    metrics: [
      {
        ...counter(
          'recert_spool_replayed_total',
          'Number of webhooks that were replayed from the spool into Redis.',
        ),
        by: ({ events }) => events,
      },
    ],
  },
  'spool.torn': {
    level: 'warn',
    say: ({ segment, lines }) =>
      `skipped ${lines} incomplete lines of ${segment}: this is expected for the last line after a crash, because its webhook was not acknowledged`,
    metrics: [
      {
        ...counter(
          'recert_spool_unreadable_lines_total',
          'Number of lines of the spool that could not be read.',
        ),
        by: ({ lines }) => lines,
      },
    ],
  },
  'spool.dropped': {
    level: 'warn',
    say: ({ instance }) => `dropped a webhook from the spool: instance ${instance} is no longer configured`,
  },
  'spool.full': {
    level: 'error',
    say: ({ bytes }) =>
      `THE SPOOL IS FULL (${bytes} bytes): webhooks are rejected with 503. Restore Redis, or raise spool.mostBytes.`,
    metrics: [counter('recert_spool_full_total', 'Number of times that the spool became full.')],
  },
  'spool.failed': {
    level: 'error',
    say: ({ error }) =>
      `a webhook could not be written to the local disk and was rejected with 503: ${error}`,
    metrics: [
      counter(
        'recert_spool_failures_total',
        'Number of webhooks that could not be written to the local disk.',
      ),
    ],
  },
  'spool.unwritable': {
    level: 'error',
    say: ({ error }) =>
      `the spool cannot be written, so webhooks are rejected with 503 while Redis is unavailable: ${error}. Free space on the disk, or correct spool.folder.`,
    metrics: [writableGauge(0)],
  },
  'spool.writable': {
    level: 'info',
    say: () => 'the spool can be written again',
    metrics: [writableGauge(1)],
  },
  'spool.undeleted': {
    level: 'error',
    say: ({ segment, error }) =>
      `${segment} was replayed into Redis but could not be deleted, and will be deleted later: ${error}`,
  },
  'spool.set-aside': {
    level: 'error',
    say: ({ segment, error }) => `${segment} stays on the disk for a receiver of a newer version: ${error}`,
    metrics: [
      counter('recert_spool_set_aside_total', 'Spool files that were written by a newer version of Recert.'),
    ],
  },
  'spool.missing': {
    level: 'warn',
    say: ({ segment }) =>
      `${segment} no longer exists: another receiver has taken it over, or the file was deleted before all of its webhooks were replayed`,
  },
  'spool.stuck': {
    level: 'warn',
    say: ({ error }) => `the replay of webhooks from the spool failed and will be retried: ${error}`,
  },
};
