import type { Key } from '../redis/keys.js';

/**
 * Where incidents are. Hashes: `open` key → id, `seen` id → when last, `records` id → record, `told` `id/channel` → phase, `looks` how many
 * and when the last. Sorted sets: `pending` of `id/channel`, `closed` of ids. `turn`, `receiversTurn`: who looks at present.
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

/** Names of the keys. */
export type IncidentKeys = ReturnType<typeof incidentKeys>;
