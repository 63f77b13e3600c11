import type { AssessmentState } from '../assessment.js';

/** One redistribution that needs attention. */
export interface WaitingForPerson {
  redistributionId: string;
  profile: string;
  computerId: string;
  /** Name and serial number of the Mac, as far as known. */
  computer: string;
  since: number;
  /** Reason of its last transition. */
  why: string;
}

/** Current facts of one watched profile. */
export interface ProfileFacts {
  name: string;
  mode: 'observe' | 'act';
  /** Whether both profiles (blue and green) were read from Jamf Pro. */
  known: boolean;
  /** Why Recert does not act: the scopes in Jamf Pro contradict the configuration. Sentences with what to do; `null` when they do not. */
  scopeConflict: string | null;
  /** The open circuit breaker; `null` while it is closed. */
  breaker: { text: string } | null;
  /** The cool-down in effect; `null` for none. */
  hold: { text: string } | null;
  /** Result of the profile check; `null` before the first one. */
  audit: { errors: number; warnings: number } | null;
  /** When the CA expires, if certificates issued today would outlive it; `null` if not, if unknown, and for the overview. */
  caEndsAt: number | null;
  states: Readonly<Partial<Record<AssessmentState, number>>>;
}

/** Current facts of one Jamf Pro server: the figures of the overview, and the Macs behind some of them. */
export interface InstanceFacts {
  name: string;
  paused: { by: string; reason: string } | null;
  profiles: readonly ProfileFacts[];
  /** Macs in an exclusion group past their lease and alarm time. `oldest`: the one that has been there longest. */
  leases: {
    late: number;
    oldest: {
      computer: { id: string; serialNumber: string; name: string };
      groupId: string;
      since: number;
    } | null;
  };
  /** Number of redistributions that need attention, including those of Macs that were renewed since. */
  needsHuman: number;
  /** Redistributions that need attention, of Macs that were not renewed since. Empty for the overview. */
  waiting: readonly WaitingForPerson[];
  /** `null` before the first webhook or sweep. */
  lastWebhookAt: number | null;
  lastSweepAt: number | null;
  /** Interval between sweeps. */
  sweepEveryMs: number;
}

/** Input of the health rules: current facts of all servers, and the thresholds. Instants are epoch milliseconds. */
export interface Facts {
  at: number;
  webhooksSilentMs: number;
  queues: readonly { name: string; workers: number; failed: number }[];
  /** Uses of emergency access whose session has not ended. Empty for the overview. */
  breakGlass: readonly { id: string; name: string; address: string; at: number }[];
  instances: readonly InstanceFacts[];
}
