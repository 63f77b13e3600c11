import type { AuditEntry } from '../api/answers.js';
import type { Look } from '../parts/states.js';

/** What a person can do, in the order in which one looks for it. */
export const ACTIONS = [
  'redistribute',
  'redistribute-scope',
  'cancel',
  'pause',
  'resume',
  'replay',
  'sweep',
  'sign-in',
  'sign-out',
  'token-issue',
  'token-revoke',
] as const satisfies readonly AuditEntry['action'][];

/** How it is called. */
export const actionLabel: Record<AuditEntry['action'], string> = {
  redistribute: 'Redistribute',
  'redistribute-scope': 'Whole scope',
  cancel: 'Cancel',
  pause: 'Pause',
  resume: 'Resume',
  sweep: 'Sweep',
  replay: 'Replay',
  'sign-in': 'Sign in',
  'sign-out': 'Sign out',
  'token-issue': 'Make a token',
  'token-revoke': 'Revoke a token',
};

/** What can come of it. */
export const OUTCOMES = ['done', 'refused', 'failed', 'begun'] as const;

/** How that is shown. */
export const outcomeLook: Record<AuditEntry['outcome'], Look> = {
  done: { label: 'Done', tone: 'good', meaning: 'It was done.' },
  refused: { label: 'Refused', tone: 'soon', meaning: 'It was not allowed, and nothing was changed.' },
  failed: { label: 'Failed', tone: 'bad', meaning: 'It did not work.' },
  begun: { label: 'Begun', tone: 'held', meaning: 'Under way, or Recert was ended in the middle of it.' },
};
