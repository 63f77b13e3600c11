/** Severities in ascending order, with the names that PagerDuty uses. `critical` alerts the person on call. */
export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Kinds of incidents. A new kind needs a name here and texts in detect.ts. */
export const INCIDENT_KINDS = [
  'renewal-overdue',
  'certificate-expired',
  'breaker-open',
  'scopes-wrong',
  'needs-human',
  'lease-not-taken-back',
  'instance-removed',
  'group-changed',
  'webhooks-silent',
  'sweep-stopped',
  'fleet-fallen',
  'scope-empty',
  'coverage-low',
  'certificate-missing',
  'capacity-short',
  'profile-unknown',
  'profile-audit',
  'ca-expiring',
  'ca-changed',
  'okta-retiring',
  'certificate-revoked',
  'break-glass',
  'spool-filling',
  'redis-away',
  'workers-silent',
  'test',
] as const;

export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** A current problem that is reported to the notification channels. Contains no secret. */
export interface Incident {
  /** Identifies the problem in all processes and after restarts, for example `needs-human/prod/okta/4711`. */
  key: string;
  kind: IncidentKind;
  severity: Severity;
  /** Name of the Jamf Pro server; `null` for an incident that concerns all servers. */
  instance: string | null;
  /** What is wrong, in one line. */
  title: string;
  /** The details and what to do, in one to three sentences. */
  text: string;
  /** Path of the console page with the details, for example `/macs/prod/4711`. */
  path: string;
}

/** Whether `severity` is at least as severe as `least`. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}

/** Whether a notification reports that an incident opened or that it was resolved. */
export type Phase = 'opened' | 'recovered';
