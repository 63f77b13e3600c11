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

/** Creates the function that reports records that cannot be read. Each record is reported once per process, although lists are read many times. */
export function reportUnreadable(telemetry: Pick<Telemetry, 'emit'>): ReportUnreadable {
  const reported = new Set<string>();
  return ({ kind, record, message }) => {
    const name = `${kind} ${record}`;
    if (reported.has(name)) return;
    if (reported.size >= MAX_REMEMBERED) reported.clear();
    reported.add(name);
    telemetry.emit('store.unreadable', { what: kind, record, error: message });
  };
}

/** Reports nothing. For commands that read only one collection. */
export const unreported: ReportUnreadable = () => undefined;
