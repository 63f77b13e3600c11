import type { Descriptions } from '../description.js';

/** Operator events of the stored data. */
export interface StoreEvents {
  /** A record cannot be read; it was skipped, and is still stored. Once per record and process. `what`: its kind, of a closed set. */
  'store.unreadable': { what: string; record: string; error: string };
}

/** Log messages and metrics of these events. */
export const storeEvents: Descriptions<StoreEvents> = {
  'store.unreadable': {
    level: 'error',
    say: ({ error }) => `${error} (skipped, still stored)`,
    metrics: [
      {
        type: 'counter',
        name: 'recert_unreadable_records_total',
        help: 'Stored records that this process cannot read and skips, by kind. Each counts once.',
        labels: ({ what }) => ({ what }),
      },
    ],
  },
};
