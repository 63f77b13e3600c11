import { AsyncLocalStorage } from 'node:async_hooks';
import type { Redis } from 'ioredis';
import type { ReportUnreadable } from '../../json/stored.js';
import type { Telemetry } from '../../telemetry/bus.js';
import type { Key } from './keys.js';

/** Dependencies of a collection: a connection, the names of its keys, and the function that reports unreadable records. */
export interface StoreAccess {
  redis: Redis;
  key: Key;
  report?: ReportUnreadable;
}

/**
 * Maximum number of unreadable records that are remembered as reported. Further records are reported each time, which
 * only repeats log entries.
 */
const MAX_REMEMBERED = 10_000;

const collecting = new AsyncLocalStorage<Set<string>>();

/** Runs `work`. Returns its result, and the names of the records that `work` could not read, such as `redistribution 3f9c`. */
export async function collectUnreadable<Value>(
  work: () => Promise<Value>,
): Promise<{ value: Value; unreadable: readonly string[] }> {
  const records = new Set<string>();
  const value = await collecting.run(records, work);
  return { value, unreadable: [...records] };
}

/**
 * Creates the function that reports unreadable records. Each record is reported once per process, although lists are
 * read many times.
 */
export function reportUnreadable(telemetry: Pick<Telemetry, 'emit'>): ReportUnreadable {
  const reported = new Set<string>();
  return ({ kind, record, message }) => {
    const name = `${kind} ${record}`;
    collecting.getStore()?.add(name);
    if (reported.has(name)) return;
    if (reported.size >= MAX_REMEMBERED) reported.clear();
    reported.add(name);
    telemetry.emit('store.unreadable', { what: kind, record, error: message });
  };
}

/** Reports nothing. Default of collections that are not opened with `openStores`. */
export const unreported: ReportUnreadable = () => undefined;
