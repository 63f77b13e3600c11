import type { CaChange } from '../audit/report.js';
import type { Coverage } from './coverage.js';
import type { Missing } from './missing.js';
import type { Severity } from '../incidents/incident.js';
import type { ForeignChange } from '../groups/group-watch.js';
import type { CapacityShortage, Facts, InstanceFacts, WaitingForPerson } from './facts.js';

/**
 * The data that each health rule reports, by the code of the rule. The codes do not change. If a problem opens an
 * incident, its code is the kind of the incident.
 */
export interface Details {
  'queue-without-worker': { queue: string };
  'queue-failed-jobs': { queue: string; count: number };
  paused: { by: string; reason: string };
  'observe-mode': { profiles: readonly string[] };
  'scopes-wrong': { profile: string; text: string };
  'breaker-open': { profile: string; text: string };
  'renewals-on-hold': { profile: string; text: string };
  /** `count`: number of recent changes of the group. `latest`: the newest of these changes. */
  'group-changed': { groupId: string; count: number; latest: readonly ForeignChange[] };
  'lease-not-taken-back': InstanceFacts['leases'];
  /**
   * `known`: the profile was read before, and its last known scope stays in use. `swept`: a sweep has completed, so the profile should
   * have been read. `gone`: IDs that Jamf Pro does not have.
   */
  'profile-unknown': { profile: string; known: boolean; swept: boolean; gone: readonly string[] };
  'never-swept': object;
  'sweep-stopped': { lastSweepAt: number; agoMs: number; everyMs: number };
  'webhooks-silent': { lastWebhookAt: number };
  'profile-audit': { profile: string; errors: number; warnings: number };
  'ca-expiring': { profile: string; endsAt: number };
  /** The CA has another key than before. */
  'ca-changed': { profile: string; change: CaChange };
  /** The SCEP configuration still issues from a CA generation that a newer one replaces. */
  'okta-retiring': { profile: string; configuration: string; endsAt: number | null };
  /** Okta revoked the current certificate of Macs. */
  'certificate-revoked': { profile: string; computers: readonly string[] };
  'certificate-expired': { profile: string; count: number };
  'renewal-overdue': { profile: string; count: number };
  /** Too many Macs have the profile, but no known certificate. `subjects`: subjects of the other certificates on these Macs. */
  'coverage-low': { profile: string } & Coverage & { least: number };
  /** Macs in scope keep reporting inventory without a certificate: the install failed, or was never sent. */
  'certificate-missing': { profile: string } & Missing;
  'fleet-fallen': { at: number; known: number; missing: number };
  /**
   * `since`: when Recert found that the scope has no targets any more in Jamf Pro, or that a target group has lost all
   * members. The last known scope is in use then. `null` if the scope is empty for another reason.
   */
  'scope-empty': { profile: string; since: number | null };
  /** Macs will be overdue even with the largest allowed capacity. */
  'capacity-short': { profile: string } & CapacityShortage;
  /** Certificates expire before the next maintenance window, or within a day. `allowed`: they are renewed outside of the windows. */
  'window-too-late': { profile: string; computers: number; allowed: boolean };
  'records-unread': { computers: readonly string[] };
  'commands-unlisted': object;
  'status-unread': { why: NonNullable<InstanceFacts['statusUnread']> };
  'certificate-unknown': { profile: string; count: number };
  /** Number of all redistributions that need attention. */
  'attention-needed': { count: number };
  /** One Mac whose redistribution needs attention. */
  'needs-human': WaitingForPerson;
  /** More Macs need attention than are reported as separate problems. */
  'needs-human-many': { count: number };
  'instance-removed': Facts['removedInstances'][number];
  'break-glass': Facts['breakGlass'][number];
}

/** Name of a health rule. It does not change between versions. */
export type Code = keyof Details;

/**
 * A problem that a health rule found. `instance` is the name of the Jamf Pro server; `null` for a problem of all
 * servers.
 */
export type Problem<Name extends Code = Code> = {
  [One in Name]: {
    code: One;
    severity: Exclude<Severity, 'info'>;
    instance: string | null;
    details: Details[One];
  };
}[Name];

/**
 * Texts by the code of the problem. A list of problems omits codes without a text; a function that returns `null` omits
 * a single problem.
 */
export type Texts<Text> = { [One in Code]?: (details: Details[One], instance: string) => Text | null };

/** Returns the text of a problem; `null` when the problem is omitted. */
export function textOf<Name extends Code, Text>(
  texts: Texts<Text>,
  { code, details, instance }: Problem<Name>,
): Text | null {
  const text: Texts<Text>[Name] = texts[code];
  return text?.(details, instance ?? '') ?? null;
}
