import type { Certificate } from './computer.js';

/** Why nothing can be said of a certificate. Unknown never acts. */
export type UnknownReason = 'no-certificate' | 'inventory-stale' | 'never-reported' | 'expiry-missing';

/**
 * What is decided about one Mac and one watched profile.
 * `due`: inside the window. `overdue`: valid, and should have been renewed long ago. `expired`: no longer valid.
 */
export type AssessmentState = 'healthy' | 'due' | 'overdue' | 'expired' | 'unknown';

/** The certificate that counts, and what follows from it. */
export interface Assessment {
  state: AssessmentState;
  /** Set exactly when the state is `unknown`. */
  unknown: UnknownReason | null;
  /** The certificate that expires last among all that match. */
  certificate: Certificate | null;
  /** How many certificates match, leftovers included. */
  matching: number;
  /** When it becomes (or became) due. */
  dueAt: number | null;
  inScope: boolean;
}
