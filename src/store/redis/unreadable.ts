import { AsyncLocalStorage } from 'node:async_hooks';
import type { Redis } from 'ioredis';
import type { ReportUnreadable } from '../../json/stored.js';
import type { Telemetry } from '../../telemetry/bus.js';
import type { Key } from './keys.js';

/** What a collection needs: a connection, its keys, and the report of records that cannot be read. */
export interface StoreAccess {
  redis: Redis;
  key: Key;
  report?: ReportUnreadable;
}

/** Maximum number of records that are remembered as reported. More are reported again, which only repeats log entries. */
const MAX_REMEMBERED = 10_000;

const collecting = new AsyncLocalStorage<Set<string>>();

/** Runs `work` and returns its result, and the records that it could not read, such as `redistribution 3f9c`. */
export async function collectUnreadable<Value>(
  work: () => Promise<Value>,
): Promise<{ value: Value; unreadable: readonly string[] }> {
  const records = new Set<string>();
  const value = await collecting.run(records, work);
  return { value, unreadable: [...records] };
}

/** Creates the function that reports records that cannot be read. Each record is reported once per process, although lists are read many times. */
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

/** Reports nothing. For commands that read only one collection. */
export const unreported: ReportUnreadable = () => undefined;
