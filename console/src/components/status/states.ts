import type { UnknownReason } from '../../../../src/domain/assessment.js';
import type { ListedState } from '../../../../src/domain/known.js';
import type { BlockReason, State } from '../../../../src/domain/redistribution/record.js';

/** Colors of states. tokens.css defines them under these names. */
export type Tone = 'good' | 'move' | 'soon' | 'late' | 'bad' | 'held' | 'quiet';

/** How a state is shown: label, color, and an explanation in one sentence. */
export interface Look {
  label: string;
  tone: Tone;
  meaning: string;
}

/** States of a certificate. The most urgent one is first. */
export const MAC_STATES: readonly ListedState[] = [
  'expired',
  'overdue',
  'due',
  'unknown',
  'healthy',
  'out-of-scope',
];

/** How each state of a certificate is shown. */
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
      'Inventory is missing or too old to assess the certificate. Recert takes no action until new inventory arrives.',
  },
  'out-of-scope': {
    label: 'Out of scope',
    tone: 'quiet',
    meaning: 'This Mac is not in the scope of the profile, so there is nothing to renew.',
  },
};

/** Labels of the reasons why the status of a Mac is unknown. */
export const unknownLabel: Record<UnknownReason, string> = {
  'no-certificate': 'No certificate seen',
  'inventory-stale': 'Inventory outdated',
  'never-reported': 'Never reported inventory',
  'expiry-missing': 'No expiry date',
};

/** States of a redistribution: first those that need attention, then the states of a successful redistribution in order. */
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

/** How each state of a redistribution is shown. */
export const stateLook: Record<State, Look> = {
  due: {
    label: 'Due',
    tone: 'soon',
    meaning:
      'The certificate is due. Recert first waits for the Redistribute Profile setting of Jamf Pro, for the configured grace period.',
  },
  eligible: {
    label: 'Queued',
    tone: 'move',
    meaning: 'All checks passed. The redistribution waits in the queue.',
  },
  blocked: {
    label: 'Blocked',
    tone: 'held',
    meaning:
      'The renewal is due, but a condition is not met. The reason says whether the redistribution resumes automatically.',
  },
  excluded: {
    label: 'Excluded',
    tone: 'move',
    meaning:
      'The Mac is in the exclusion group until Jamf Pro has removed the profile. Then Recert removes the Mac from the group.',
  },
  including: {
    label: 'Restoring',
    tone: 'move',
    meaning: 'Recert is removing the Mac from the exclusion group. This cannot be interrupted.',
  },
  triggered: {
    label: 'Triggered',
    tone: 'move',
    meaning: 'The group membership of the Mac was changed. Recert waits for Jamf Pro to create the command.',
  },
  pushed: {
    label: 'Command sent',
    tone: 'move',
    meaning: 'Jamf Pro created the InstallProfile command. The Mac has not responded yet.',
  },
  verifying: {
    label: 'Verifying',
    tone: 'move',
    meaning:
      'The Mac installed the profile. Recert waits for inventory or declarative status that shows the new certificate.',
  },
  retry: {
    label: 'Retrying',
    tone: 'late',
    meaning: 'The last attempt failed. Another attempt is scheduled.',
  },
  verified: {
    label: 'Verified',
    tone: 'good',
    meaning: 'Inventory or the declarative status of the Mac shows a new serial number with a later expiry.',
  },
  'needs-human': {
    label: 'Needs attention',
    tone: 'bad',
    meaning: 'All attempts failed. Manual action is required.',
  },
  cancelled: {
    label: 'Canceled',
    tone: 'quiet',
    meaning: 'The redistribution was stopped before the new certificate was verified.',
  },
};

/** Reasons why a redistribution is blocked. The most frequent one is first. */
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
  'subject-too-long',
] as const satisfies readonly BlockReason[];

/** Labels of the reasons why a redistribution is blocked. */
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
  'subject-too-long': 'Subject too long',
};
