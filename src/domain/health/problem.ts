import type { Severity } from '../incidents/incident.js';
import type { Facts, InstanceFacts, WaitingForPerson } from './facts.js';

/** What the rules report for each code. The codes are stable; those of incidents are the kinds of the incidents. */
export interface Details {
  'queue-without-worker': { queue: string };
  'queue-failed-jobs': { queue: string; count: number };
  paused: { by: string; reason: string };
  'observe-mode': { profiles: readonly string[] };
  'scopes-wrong': { profile: string; text: string };
  'breaker-open': { profile: string; text: string };
  'renewals-on-hold': { profile: string; text: string };
  'lease-not-taken-back': InstanceFacts['leases'];
  /** `swept`: a sweep has completed, so the profile should have been read. */
  'profile-unknown': { profile: string; swept: boolean };
  'never-swept': object;
  'sweep-stopped': { lastSweepAt: number; agoMs: number; everyMs: number };
  'webhooks-silent': { lastWebhookAt: number };
  'profile-audit': { profile: string; errors: number; warnings: number };
  'ca-expiring': { profile: string; endsAt: number };
  'certificate-expired': { profile: string; count: number };
  'renewal-overdue': { profile: string; count: number };
  'certificate-unknown': { profile: string; count: number };
  /** All redistributions that need attention. */
  'attention-needed': { count: number };
  /** One Mac that needs attention. */
  'needs-human': WaitingForPerson;
  /** More Macs need attention than are reported one by one. */
  'needs-human-many': { count: number };
  'break-glass': Facts['breakGlass'][number];
}

/** Stable name of a health rule. */
export type Code = keyof Details;

/** What a rule found. `instance` is the name of the Jamf Pro server, `null` for a problem of all servers. */
export type Problem<Name extends Code = Code> = {
  [One in Name]: {
    code: One;
    severity: Exclude<Severity, 'info'>;
    instance: string | null;
    details: Details[One];
  };
}[Name];

/** A text for each code that a list of problems shows; the others are left out. `null` leaves out one problem. */
export type Texts<Text> = { [One in Code]?: (details: Details[One], instance: string) => Text | null };

/** Returns the text of a problem; `null` when it is left out. */
export function textOf<Name extends Code, Text>(
  texts: Texts<Text>,
  { code, details, instance }: Problem<Name>,
): Text | null {
  const text: Texts<Text>[Name] = texts[code];
  return text?.(details, instance ?? '') ?? null;
}
