import type { Look } from '../components/status/states.js';

/** What Recert did with a webhook. See docs/webhooks.md. */
export const OUTCOMES = ['hint', 'touch', 'profile', 'hold', 'none', 'unresolved', 'duplicate'] as const;

type Outcome = (typeof OUTCOMES)[number];

/** Label and explanation of each outcome. */
export const outcomeLook: Record<Outcome, Look> = {
  hint: { label: 'Assessment queued', tone: 'move', meaning: 'The Mac is queued for assessment.' },
  touch: {
    label: 'Check-in recorded',
    tone: 'good',
    meaning: 'Last contact updated; a renewal waiting for this Mac resumes.',
  },
  profile: { label: 'Profile re-read', tone: 'move', meaning: 'The monitored profile is read again.' },
  hold: { label: 'Hold started', tone: 'late', meaning: 'Jamf Pro is restarting: renewals are held.' },
  none: { label: 'Ignored', tone: 'quiet', meaning: 'Not relevant to certificates.' },
  unresolved: {
    label: 'Unknown Mac',
    tone: 'soon',
    meaning: 'The event refers to a Mac Recert does not know yet; the next sweep finds it.',
  },
  duplicate: { label: 'Duplicate', tone: 'quiet', meaning: 'Already received.' },
};

/** Label of an outcome from the API. An outcome unknown to this version shows its API value. */
export function lookOf(outcome: string): Look {
  const known = OUTCOMES.find((one) => one === outcome);
  return known ? outcomeLook[known] : { label: outcome, tone: 'quiet', meaning: '' };
}

/** Jamf Pro webhook events about Macs, for the filter. */
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
