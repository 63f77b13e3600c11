import type { Certificate } from './computer.js';

/** Why the status of a certificate is unknown. Recert never renews automatically while the status is unknown. */
export type UnknownReason = 'no-certificate' | 'inventory-stale' | 'never-reported' | 'expiry-missing';

/**
 * Certificate status of one Mac for one watched profile.
 * `due`: inside the renewal window. `overdue`: still valid, but the renewal is late. `expired`: no longer valid.
 */
export type AssessmentState = 'healthy' | 'due' | 'overdue' | 'expired' | 'unknown';

/** The certificate that counts on one Mac for one watched profile, and its status. */
export interface Assessment {
  state: AssessmentState;
  /** Set exactly when the state is `unknown`. */
  unknown: UnknownReason | null;
  /** The certificate that expires last among all that match. */
  certificate: Certificate | null;
  /** Number of matching certificates when inventory was read, superseded ones included. */
  matching: number;
  /** When the renewal becomes (or became) due. */
  dueAt: number | null;
  /** When Recert may act: due, and the grace period of Jamf Pro's own renewal setting is over. `null` while unknown. */
  actAt: number | null;
  /** When the state next changes without new data (to due, overdue or expired); `null` when only new data can change it. */
  changesAt: number | null;
  inScope: boolean;
}
