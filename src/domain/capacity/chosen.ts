import type { Lead } from './leads.js';

/** Limits that the configuration sets; `auto` where Recert chooses. */
export interface CapacitySettings {
  readonly hourlyCap: number | 'auto';
  readonly inFlight: number | 'auto';
  readonly caLimit: number;
}

/** What Recert chose from the fleet. `why`: complete sentences. */
export interface ChosenCapacity {
  at: number;
  hourlyCap: number;
  inFlight: number;
  caLimit: number;
  leads: readonly Lead[];
  why: readonly string[];
  /** When Macs become overdue although the largest allowed capacity is used, and how many; `null` when it suffices. */
  shortage: Shortage | null;
}

export interface Shortage {
  at: number;
  computers: number;
  /** Requests of the CA per hour that would suffice; `null` when none do, because the certificates expire too soon. */
  neededCaLimit: number | null;
}
