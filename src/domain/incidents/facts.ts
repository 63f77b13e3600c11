import type { AssessmentState } from '../assessment.js';

/** One redistribution that waits for a person. */
export interface WaitingForPerson {
  redistributionId: string;
  profile: string;
  computerId: string;
  /** Name and serial number of the Mac, as far as they are known. */
  computer: string;
  since: number;
  /** Why, as its last transition says. */
  why: string;
}

/** What is known at present of one Jamf Pro server: the numbers of the overview, and who is behind some of them. */
export interface InstanceFacts {
  name: string;
  profiles: readonly {
    name: string;
    /** Whether Jamf has told of both halves of the profile. */
    known: boolean;
    /** Why nothing is triggered until a person resumes; `null` while it is closed. */
    breaker: { text: string } | null;
    /** Findings of the profile audit; `null` before the first one. */
    audit: { errors: number } | null;
    /** When the CA expires, once certificates issued today would outlive it; `null` while they would not, or nobody knows. */
    caEndsAt: number | null;
    states: Readonly<Partial<Record<AssessmentState, number>>>;
  }[];
  /** Macs that should have been taken out of an exclusion group long ago; `oldest`: one of them, as far as it is known. */
  leases: {
    late: number;
    oldest: {
      computer: { id: string; serialNumber: string; name: string };
      groupId: string;
      since: number;
    } | null;
  };
  waiting: readonly WaitingForPerson[];
  /** `null`: none yet. */
  lastWebhookAt: number | null;
  lastSweepAt: number | null;
  /** How often a sweep is due. */
  sweepEveryMs: number;
}

/** What is known at present of everything, and how long what may last. */
export interface Facts {
  at: number;
  webhooksSilentMs: number;
  /** Uses of the emergency login whose session is not over. */
  breakGlass: readonly { id: string; name: string; address: string; at: number }[];
  instances: readonly InstanceFacts[];
}
