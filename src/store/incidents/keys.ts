import type { Key } from '../redis/keys.js';

/**
 * Returns the Redis keys of incidents. Hashes: `open` (incident key → ID), `seen` (ID → time of the last check
 * that found the incident), `records` (ID → record), `told` (`id/channel` → phase that was sent), `looks` (number
 * and time of complete checks). Sorted sets: `pending` (`id/channel` to send), `closed` (IDs). Leases of the
 * check: `turn` (workers), `receiversTurn`.
 */
export function incidentKeys(key: Key) {
  const named = (name: string) => key('incidents', name);
  return {
    turn: named('turn'),
    receiversTurn: named('receivers-turn'),
    open: named('open'),
    seen: named('seen'),
    records: named('records'),
    told: named('told'),
    pending: named('pending'),
    closed: named('closed'),
    looks: named('looks'),
  };
}

export type IncidentKeys = ReturnType<typeof incidentKeys>;
