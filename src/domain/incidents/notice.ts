import type { Incident, Phase } from './incident.js';

/** A notification about one incident; all channels build their messages from it. */
export interface Notice {
  incident: Incident;
  phase: Phase;
  /** Identical in all attempts, so that receivers can detect duplicates. */
  id: string;
  /** Identical in all processes and when the incident opens again, for receivers that track incidents. */
  dedupKey: string;
  openedAt: number;
  /** Time of resolution, epoch milliseconds; `null` while the incident is open. */
  recoveredAt: number | null;
  /** Address of the page in the console; `null` if `http.publicUrl` is not configured. */
  link: string | null;
}
