import type { Certificate } from './computer.js';

/** Why the status of a certificate is unknown. Recert never renews automatically while the status is unknown. */
export type UnknownReason = 'no-certificate' | 'inventory-stale' | 'never-reported' | 'expiry-missing';

/**
 * Certificate status of one Mac for one watched profile.
 * `due`: inside the renewal window. `overdue`: still valid, but the renewal is late. `expired`: no longer valid.
 */
export type AssessmentState = 'healthy' | 'due' | 'overdue' | 'expired' | 'unknown';

/** The certificate of one Mac that Recert uses for one watched profile, and its status. */
export interface Assessment {
  state: AssessmentState;
  /** Set if and only if the state is `unknown`. */
  unknown: UnknownReason | null;
  /** The certificate that expires last among all certificates that match the profile. */
  certificate: Certificate | null;
  /** Number of matching certificates when inventory was read, including those that a newer one has replaced. */
  matching: number;
  /** When the renewal becomes (or became) due, epoch milliseconds. */
  dueAt: number | null;
  /**
   * When Recert may act: the certificate is due, and the grace period for the Redistribute Profile setting of Jamf
   * Pro has ended. `null` while unknown.
   */
  actAt: number | null;
  /** When the state next changes without new data (to due, overdue or expired); `null` when only new data can change it. */
  changesAt: number | null;
  inScope: boolean;
}
