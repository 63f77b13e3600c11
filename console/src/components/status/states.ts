import type { UnknownReason } from '../../../../src/domain/assessment.js';
import type { ListedState } from '../../../../src/domain/known.js';
import type { BlockReason, State } from '../../../../src/domain/redistribution/record.js';

/** Colors of states, as named in tokens.css. */
export type Tone = 'good' | 'move' | 'soon' | 'late' | 'bad' | 'held' | 'quiet';

/** How a state is shown: label, color, and a one-sentence explanation. */
export interface Look {
  label: string;
  tone: Tone;
  meaning: string;
}

/** States of a certificate, the most urgent first. */
export const MAC_STATES: readonly ListedState[] = [
  'expired',
  'overdue',
  'due',
  'unknown',
  'healthy',
  'out-of-scope',
];

/** How the state of a certificate is shown. */
export const macLook: Record<ListedState, Look> = {
  healthy: {
    label: 'Healthy',
    tone: 'good',
    meaning: 'The certificate is valid and not yet due for renewal.',
  },
  due: { label: 'Due', tone: 'soon', meaning: 'The certificate is inside its renewal window.' },
  overdue: {
    label: 'Overdue',
    tone: 'late',
    meaning: 'The renewal is late; the certificate is still valid.',
  },
  expired: { label: 'Expired', tone: 'bad', meaning: 'The certificate is no longer valid.' },
  unknown: {
    label: 'Unknown',
    tone: 'held',
    meaning:
      'Inventory is missing or too old to assess the certificate. Recert takes no action until it is updated.',
  },
  'out-of-scope': {
    label: 'Out of scope',
    tone: 'quiet',
    meaning: 'This Mac is not in the scope of the profile; there is nothing to renew.',
  },
};

/** Why the status of a Mac is unknown. */
export const unknownLabel: Record<UnknownReason, string> = {
  'no-certificate': 'No certificate seen',
  'inventory-stale': 'Inventory outdated',
  'never-reported': 'Never reported inventory',
  'expiry-missing': 'No expiry date',
};

/** States of a redistribution: first those that need attention, then the steps of a successful one. */
export const STATES: readonly State[] = [
  'needs-human',
  'retry',
  'blocked',
  'due',
  'eligible',
  'excluded',
  'including',
  'triggered',
  'pushed',
  'verifying',
  'verified',
  'cancelled',
];

/** How the state of a redistribution is shown. */
export const stateLook: Record<State, Look> = {
  due: {
    label: 'Due',
    tone: 'soon',
    meaning: 'Renewal opened. The Redistribute Profile setting of Jamf Pro goes first, for its grace period.',
  },
  eligible: { label: 'Queued', tone: 'move', meaning: 'All checks passed; waiting in the queue.' },
  blocked: {
    label: 'Blocked',
    tone: 'held',
    meaning: 'Due, but a condition is not met. The reason says whether it resumes automatically.',
  },
  excluded: {
    label: 'Excluded',
    tone: 'move',
    meaning:
      'Temporarily in the exclusion group while the profile is removed; the Mac is restored afterwards.',
  },
  including: {
    label: 'Restoring',
    tone: 'move',
    meaning: 'Being removed from the exclusion group. This cannot be interrupted.',
  },
  triggered: {
    label: 'Triggered',
    tone: 'move',
    meaning: 'Group membership changed; waiting for Jamf Pro to create the command.',
  },
  pushed: {
    label: 'Command sent',
    tone: 'move',
    meaning: 'Jamf Pro created the InstallProfile command; the Mac has not responded yet.',
  },
  verifying: {
    label: 'Verifying',
    tone: 'move',
    meaning: 'The Mac installed the profile; waiting for inventory to show the new certificate.',
  },
  retry: { label: 'Retrying', tone: 'late', meaning: 'The last attempt failed; another one is scheduled.' },
  verified: {
    label: 'Verified',
    tone: 'good',
    meaning: 'Inventory shows a new serial number with a later expiry.',
  },
  'needs-human': {
    label: 'Needs attention',
    tone: 'bad',
    meaning: 'All attempts failed. Manual action is required.',
  },
  cancelled: {
    label: 'Canceled',
    tone: 'quiet',
    meaning: 'Stopped before the new certificate was verified.',
  },
};

/** Reasons why a redistribution is blocked, the most frequent first. */
export const BLOCK_REASONS = [
  'offline',
  'hourly-cap',
  'canary',
  'in-flight-cap',
  'breaker-open',
  'jamf-held',
  'paused',
  'maintenance-window',
  'observe',
  'pending-command',
  'attempts-used',
  'unmanaged',
  'inventory-stale',
  'unknown-computer',
  'overlapping',
  'no-mechanism',
  'cycle-cap',
  'scopes-wrong',
] as const satisfies readonly BlockReason[];

/** Labels of the reasons. */
export const blockLabel: Record<BlockReason, string> = {
  observe: 'Observe mode',
  paused: 'Paused',
  'unknown-computer': 'Unknown Mac',
  unmanaged: 'Not managed',
  'inventory-stale': 'Inventory outdated',
  offline: 'Offline',
  'attempts-used': 'No attempts left',
  'hourly-cap': 'Rate limit reached',
  'in-flight-cap': 'Concurrency limit reached',
  canary: 'Waiting for canary',
  'breaker-open': 'Circuit breaker open',
  'jamf-held': 'Jamf Pro cool-down',
  'maintenance-window': 'Outside maintenance window',
  'pending-command': 'Command pending',
  overlapping: 'Both profiles installed',
  'no-mechanism': 'No mechanism available',
  'cycle-cap': 'Cycle limit reached',
  'scopes-wrong': 'Scopes or groups wrong',
};
