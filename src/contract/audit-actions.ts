/** Actions that the audit log records. */
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

/** An action of the audit log. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * Outcomes of an action. An entry stays `begun` only when the process ended before it recorded the outcome.
 */
export const AUDIT_OUTCOMES = ['begun', 'done', 'refused', 'failed'] as const;
