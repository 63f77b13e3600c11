import type { Descriptions } from '../description.js';

/** Operator events of the data that is stored in Redis. */
export interface StoreEvents {
  /** A record in Redis cannot be read. It was skipped, and is still stored. Emitted once per record and process. `what` is the kind of the record; the set of kinds is closed. */
  'store.unreadable': { what: string; record: string; error: string };
}

/** Log messages and metrics of the operator events of stored data. */
export const storeEvents: Descriptions<StoreEvents> = {
  'store.unreadable': {
    level: 'error',
    say: ({ error }) => `${error} (skipped, still stored)`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_unreadable_records_total',
        help: 'Number of stored records that this process cannot read and skips, by kind. Each record counts once.',
        labels: ({ what }) => ({ what }),
      },
    ],
  },
};
