import type { UnknownReason } from '../../../src/domain/assessment.js';
import type { ListedState } from '../../../src/domain/known.js';
import type { BlockReason, State } from '../../../src/domain/redistribution/record.js';

/** The colours that mean something, as named in tokens.css. */
export type Tone = 'good' | 'move' | 'soon' | 'late' | 'bad' | 'held' | 'quiet';

/** How a state is shown: its word, its colour, and what it means in one sentence. */
export interface Look {
  label: string;
  tone: Tone;
  meaning: string;
}

/** The states of a certificate, in the order of urgency. */
export const MAC_STATES: readonly ListedState[] = [
  'expired',
  'overdue',
  'due',
  'unknown',
  'healthy',
  'out-of-scope',
];

/** How the state of a Mac's certificate is shown. */
export const macLook: Record<ListedState, Look> = {
  healthy: { label: 'Healthy', tone: 'good', meaning: 'The certificate is good for longer than the window.' },
  due: {
    label: 'Due',
    tone: 'soon',
    meaning: 'The certificate ends inside the window and is to be renewed.',
  },
  overdue: {
    label: 'Overdue',
    tone: 'late',
    meaning: 'It should have been renewed long ago and is still valid.',
  },
  expired: { label: 'Expired', tone: 'bad', meaning: 'The certificate is no longer valid.' },
  unknown: {
    label: 'Unknown',
    tone: 'held',
    meaning: 'Inventory does not say enough. Nothing is done about such a Mac until it does.',
  },
  'out-of-scope': {
    label: 'Out of scope',
    tone: 'quiet',
    meaning: 'The profile does not apply to this Mac, so there is nothing to renew.',
  },
};

/** Why nothing can be said of a Mac. */
export const unknownLabel: Record<UnknownReason, string> = {
  'no-certificate': 'No certificate seen',
  'inventory-stale': 'Inventory too old',
  'never-reported': 'Never reported inventory',
  'expiry-missing': 'No expiry date',
};

/** The states of a redistribution: what needs somebody first, then the way of a good one. */
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
    meaning: 'Opened. Jamf’s own setting has its grace before Recert acts.',
  },
  eligible: { label: 'Ready', tone: 'move', meaning: 'Everything is right; it waits for its turn.' },
  blocked: {
    label: 'Blocked',
    tone: 'held',
    meaning: 'Due, but something stands in the way. It goes on by itself.',
  },
  excluded: {
    label: 'Excluded',
    tone: 'move',
    meaning: 'In the exclusion group by a lease: the profile goes, then the Mac is taken back.',
  },
  including: {
    label: 'Taken back',
    tone: 'move',
    meaning: 'On its way out of the exclusion group; nothing stops this.',
  },
  triggered: {
    label: 'Triggered',
    tone: 'move',
    meaning: 'The group was changed; Jamf now makes the command.',
  },
  pushed: {
    label: 'Pushed',
    tone: 'move',
    meaning: 'Jamf has sent InstallProfile; the Mac has not answered yet.',
  },
  verifying: {
    label: 'Verifying',
    tone: 'move',
    meaning: 'The Mac took the profile. Inventory has yet to show the new certificate.',
  },
  retry: { label: 'Retry', tone: 'late', meaning: 'The attempt did not work; another one follows.' },
  verified: {
    label: 'Verified',
    tone: 'good',
    meaning: 'Inventory shows a new serial number with a later expiry.',
  },
  'needs-human': {
    label: 'Needs a person',
    tone: 'bad',
    meaning: 'The attempts are used up. Somebody has to look.',
  },
  cancelled: { label: 'Cancelled', tone: 'quiet', meaning: 'Ended before it was proven.' },
};

/** Why a redistribution can wait, what is met most often first. */
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
] as const satisfies readonly BlockReason[];

/** How each of them is called. */
export const blockLabel: Record<BlockReason, string> = {
  observe: 'Only observed',
  paused: 'Paused',
  'unknown-computer': 'Mac not known',
  unmanaged: 'Not managed',
  'inventory-stale': 'Inventory too old',
  offline: 'Offline',
  'attempts-used': 'Attempts used up',
  'hourly-cap': 'Hourly cap reached',
  'in-flight-cap': 'Too many in flight',
  canary: 'Canary under way',
  'breaker-open': 'Breaker open',
  'jamf-held': 'Jamf Pro left alone',
  'maintenance-window': 'Outside its window',
  'pending-command': 'Command pending',
  overlapping: 'Has both profiles',
  'no-mechanism': 'No mechanism fits',
  'cycle-cap': 'Enough go by cycle',
};
