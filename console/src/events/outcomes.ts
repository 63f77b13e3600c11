import type { Look } from '../parts/states.js';

/** What was done with a webhook, as docs/webhooks.md has it. */
export const OUTCOMES = ['hint', 'touch', 'profile', 'hold', 'none', 'unresolved', 'duplicate'] as const;

type Outcome = (typeof OUTCOMES)[number];

/** How an outcome is shown. */
export const outcomeLook: Record<Outcome, Look> = {
  hint: { label: 'Look', tone: 'move', meaning: 'Somebody looks at the Mac.' },
  touch: {
    label: 'Contact',
    tone: 'good',
    meaning: 'Its contact is noted; a Mac that waits for it goes on.',
  },
  profile: { label: 'Profile', tone: 'move', meaning: 'A watched profile is read again.' },
  hold: { label: 'Hold', tone: 'late', meaning: 'Jamf Pro restarts: nothing is sent for a while.' },
  none: { label: 'Ignored', tone: 'quiet', meaning: 'Counted; it says nothing about certificates.' },
  unresolved: {
    label: 'Not known',
    tone: 'soon',
    meaning: 'It names no Mac that is known; a sweep finds it.',
  },
  duplicate: { label: 'Duplicate', tone: 'quiet', meaning: 'It had come before.' },
};

/** How what the API says is shown; a newer version may say more. */
export function lookOf(outcome: string): Look {
  const known = OUTCOMES.find((one) => one === outcome);
  return known ? outcomeLook[known] : { label: outcome, tone: 'quiet', meaning: '' };
}

/** The webhooks of Jamf Pro that concern Macs; others can be typed. */
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
