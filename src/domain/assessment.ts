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
  /** How many certificates matched when inventory was read, leftovers included. */
  matching: number;
  /** When it becomes (or became) due. */
  dueAt: number | null;
  /** When Recert itself may act: due, and Jamf's own setting has had its grace; `null` while unknown. */
  actAt: number | null;
  /** When time alone next changes the state (due, overdue or expired); `null` when only new facts can. */
  changesAt: number | null;
  inScope: boolean;
}
