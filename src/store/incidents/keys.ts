import type { Key } from '../redis/keys.js';

/**
 * Redis keys of incidents. Hashes: `open` (incident key → ID), `seen` (ID → time of the last check that found it), `records` (ID → record),
 * `told` (`id/channel` → phase sent), `looks` (`count` and time of complete checks). Sorted sets: `pending` (`id/channel`), `closed` (IDs).
 * Leases of the check: `turn` (workers), `receiversTurn`.
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

/** Redis keys of incidents. */
export type IncidentKeys = ReturnType<typeof incidentKeys>;
