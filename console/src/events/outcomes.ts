import type { Look } from '../components/status/states.js';

/** Effects of a webhook on Recert, with the names of the API, in the order in which the filter lists them. */
export const OUTCOMES = ['hint', 'touch', 'profile', 'hold', 'none', 'unresolved', 'duplicate'] as const;

type Outcome = (typeof OUTCOMES)[number];

/** Label, color and explanation of each effect of a webhook. */
export const outcomeLook: Record<Outcome, Look> = {
  hint: { label: 'Assessment queued', tone: 'move', meaning: 'The Mac is queued for assessment.' },
  touch: {
    label: 'Check-in recorded',
    tone: 'good',
    meaning: 'The last contact of the Mac is updated. A renewal that waits for this Mac resumes.',
  },
  profile: {
    label: 'Profile re-read',
    tone: 'move',
    meaning: 'The watched profile is read from Jamf Pro again.',
  },
  hold: { label: 'Hold started', tone: 'late', meaning: 'Jamf Pro is restarting, so renewals are on hold.' },
  none: { label: 'Ignored', tone: 'quiet', meaning: 'The event is not relevant to certificates.' },
  unresolved: {
    label: 'Unknown Mac',
    tone: 'soon',
    meaning: 'The event is about a Mac that Recert does not know yet. The next sweep finds the Mac.',
  },
  duplicate: { label: 'Duplicate', tone: 'quiet', meaning: 'The event was already received.' },
};

/** Returns how an effect from the API is shown. An effect that this version does not know is shown as its API value. */
export function lookOf(outcome: string): Look {
  const known = OUTCOMES.find((one) => one === outcome);
  return known ? outcomeLook[known] : { label: outcome, tone: 'quiet', meaning: '' };
}

/** Jamf Pro events that are about Macs, for the filter. */
export const EVENTS = [
  'ComputerAdded',
  'ComputerCheckIn',
  'ComputerInventoryCompleted',
  'ComputerPolicyFinished',
  'ComputerPushCapabilityChanged',
  'JSSShutdown',
  'JSSStartup',
  'PushSent',
  'RestAPIOperation',
  'SCEPChallenge',
  'SmartGroupComputerMembershipChange',
] as const;
