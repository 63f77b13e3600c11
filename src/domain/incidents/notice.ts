import type { Incident, Phase } from './incident.js';

/** A notification about one incident. All channels build their messages from this object. */
export interface Notice {
  incident: Incident;
  phase: Phase;
  /**
   * ID of the notification. It is the same in every delivery attempt, so that the receiving service can detect
   * duplicates.
   */
  id: string;
  /**
   * Key of the incident for the service that receives the notifications. It is the same in every process and each time
   * the incident opens again, so that the service can assign all notifications to one incident.
   */
  dedupKey: string;
  openedAt: number;
  /** When the incident was resolved, epoch milliseconds; `null` while it is open. */
  recoveredAt: number | null;
  /** Address of the page in the console; `null` if `http.publicUrl` is not configured. */
  link: string | null;
}
