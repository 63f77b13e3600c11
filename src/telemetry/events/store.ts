import type { Descriptions } from '../description.js';

/** Operator events about data in Redis. */
export interface StoreEvents {
  /**
   * A record in Redis cannot be read. The process skipped the record and did not delete it. Emitted once per record
   * and process. `what`: kind of the record, from a fixed set of kinds.
   */
  'store.unreadable': { what: string; record: string; error: string };
}

/** Log messages and metrics for the operator events about data in Redis. */
export const storeEvents: Descriptions<StoreEvents> = {
  'store.unreadable': {
    level: 'error',
    say: ({ error }) => `${error} (skipped, still stored)`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_unreadable_records_total',
        help: 'Number of stored records that this process cannot read and skips, by kind. Each record counts once.',
        labels: ({ what }) => ({ kind: what }),
      },
    ],
  },
};
