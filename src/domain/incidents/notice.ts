import type { Incident, Phase } from './incident.js';

/** What is said of an incident: everything that a message is made of. */
export interface Notice {
  incident: Incident;
  phase: Phase;
  /** The same for every attempt to say it: a receiver can tell a repetition by it. */
  id: string;
  /** Stable over processes and re-openings, for receivers that keep the state of an incident. */
  dedupKey: string;
  openedAt: number;
  /** When it was over; `null` while it is not. */
  recoveredAt: number | null;
  /** Address of the console's page, `null` when nobody has said where the console is (http.publicUrl). */
  link: string | null;
}
