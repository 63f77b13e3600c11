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

/** Maximum remembered records. More are reported again, which only repeats log entries. */
const MAX_REMEMBERED = 10_000;

/** Creates the report of records that cannot be read. Each is reported once per process, although lists are read again and again. */
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

/** For callers that report nothing, such as commands that read one store. */
export const unreported: ReportUnreadable = () => undefined;
