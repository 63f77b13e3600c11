import type { AuditEntry } from '../api/answers.js';
import type { Look } from '../components/status/states.js';

/** Actions in the order in which the filter lists them. The ones that are needed most often are first. */
export const ACTIONS = [
  'redistribute',
  'redistribute-scope',
  'cancel',
  'pause',
  'resume',
  'replay',
  'sweep',
  'job-retry',
  'job-clear',
  'sign-in',
  'sign-out',
  'sign-out-all',
  'forget-instance',
  'token-issue',
  'token-revoke',
] as const satisfies readonly AuditEntry['action'][];

/** Labels of the actions for display. */
export const actionLabel: Record<AuditEntry['action'], string> = {
  redistribute: 'Redistribute',
  'redistribute-scope': 'Whole scope',
  cancel: 'Cancel',
  pause: 'Pause',
  resume: 'Resume',
  sweep: 'Sweep',
  replay: 'Replay',
  'job-retry': 'Retry jobs',
  'job-clear': 'Delete jobs',
  'sign-in': 'Sign in',
  'sign-out': 'Sign out',
  'sign-out-all': 'Sign out everywhere',
  'forget-instance': 'Forget server',
  'token-issue': 'Create token',
  'token-revoke': 'Revoke token',
};

/** Outcomes of an action in the order in which the filter lists them. */
export const OUTCOMES = ['done', 'refused', 'failed', 'begun'] as const;

/** Label, color and explanation of each outcome. */
export const outcomeLook: Record<AuditEntry['outcome'], Look> = {
  done: { label: 'Done', tone: 'good', meaning: 'Completed.' },
  refused: { label: 'Refused', tone: 'soon', meaning: 'Not allowed; nothing was changed.' },
  failed: { label: 'Failed', tone: 'bad', meaning: 'The action failed.' },
  begun: {
    label: 'In progress',
    tone: 'held',
    meaning: 'The action is in progress, or a restart interrupted it.',
  },
};
