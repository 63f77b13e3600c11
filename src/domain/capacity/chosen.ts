import type { Lead } from './leads.js';

/** Limits that the configuration sets; `auto` where Recert chooses. */
export interface CapacitySettings {
  readonly hourlyCap: number | 'auto';
  readonly inFlight: number | 'auto';
  readonly caLimit: number;
}

/** The limits and leads that Recert chose from the fleet. `why`: the reasons, as complete sentences. */
export interface ChosenCapacity {
  at: number;
  hourlyCap: number;
  inFlight: number;
  caLimit: number;
  leads: readonly Lead[];
  why: readonly string[];
  /** Set if Macs will be overdue even with the largest allowed capacity; `null` when that capacity is sufficient. */
  shortage: Shortage | null;
}

export interface Shortage {
  at: number;
  computers: number;
  /**
   * Limit of requests to the CA per hour that would be sufficient; `null` when no limit is sufficient, because the certificates
   * expire too soon.
   */
  neededCaLimit: number | null;
}
