/** How bad it is, least first. As PagerDuty names them: critical means that somebody is to be woken. */
export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;

/** One of them. */
export type Severity = (typeof SEVERITIES)[number];

/** What can be the matter. A new kind gets a name here and a detector in detect.ts; the rest follows. */
export const INCIDENT_KINDS = [
  'renewal-overdue',
  'certificate-expired',
  'breaker-open',
  'needs-human',
  'lease-not-taken-back',
  'webhooks-silent',
  'sweep-stopped',
  'profile-unknown',
  'profile-audit',
  'ca-expiring',
  'break-glass',
  'spool-filling',
  'redis-away',
  'workers-silent',
  'test',
] as const;

/** One of them. */
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** Something that is the matter at present and that a person should be told of. No secret is in it. */
export interface Incident {
  /** The same for as long as it is the same matter, over processes and restarts: `needs-human/prod/okta/4711`. */
  key: string;
  kind: IncidentKind;
  severity: Severity;
  /** Name of the Jamf Pro server, `null` for what all share. */
  instance: string | null;
  /** One line: what is the matter. */
  title: string;
  /** A sentence or two: what is known, and what to do. */
  text: string;
  /** Where the console shows it: a path, such as `/macs/prod/4711`. */
  path: string;
}

/** Whether `severity` is at least as bad as `least`. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least);
}

/** What is told of an incident: that it is there, or that it is over. */
export type Phase = 'opened' | 'recovered';
