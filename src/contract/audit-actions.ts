/** User actions that the audit log records. Released names do not change, because users filter by them. */
export const AUDIT_ACTIONS = [
  'redistribute',
  'redistribute-scope',
  'cancel',
  'pause',
  'resume',
  'sweep',
  'replay',
  'job-retry',
  'job-clear',
  'sign-in',
  'sign-out',
  'sign-out-all',
  'forget-instance',
  'token-issue',
  'token-revoke',
] as const;

export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Outcomes of an action. An entry stays `begun` only if the process stopped before it recorded the outcome. */
export const AUDIT_OUTCOMES = ['begun', 'done', 'refused', 'failed'] as const;
