/** What a person can do that is kept. */
export const AUDIT_ACTIONS = [
  'redistribute',
  'redistribute-scope',
  'cancel',
  'pause',
  'resume',
  'sweep',
  'replay',
  'sign-in',
  'sign-out',
  'token-issue',
  'token-revoke',
] as const;

/** One of them. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * What came of it. `begun` stays only when the process ended in the middle: what was asked is known, what came of it is not.
 */
export const AUDIT_OUTCOMES = ['begun', 'done', 'refused', 'failed'] as const;
