import type { Facts, InstanceFacts } from './facts.js';
import type { Incident, IncidentKind, Severity } from './incident.js';

/** Finds incidents of one kind for one Jamf Pro server. Pure. */
type Detector = (instance: InstanceFacts, facts: Facts) => readonly Incident[];

/** Largest number of Macs that need attention with an incident each. Beyond it, one more incident covers all others. */
const MOST_SINGLE = 5;
/** Sweeps count as stopped after this many intervals without one. */
const SWEEPS_MISSED = 3;

/**
 * The incidents that are open now, each with a stable key. The result depends only on the facts, so any process may call it at any time.
 * To add a kind of incident, add a detector to `DETECTORS` and its input to `Facts`.
 */
export function detect(facts: Facts): readonly Incident[] {
  return [
    ...facts.instances.flatMap((instance) => DETECTORS.flatMap((detector) => detector(instance, facts))),
    ...breakGlassUsed(facts),
  ];
}

const DETECTORS: readonly Detector[] = [
  overdue,
  expired,
  breakerOpen,
  needsHuman,
  leaseNotTakenBack,
  webhooksSilent,
  sweepStopped,
  profilesUnknown,
  profileAudit,
  caExpiring,
];

function overdue({ name, profiles }: InstanceFacts): readonly Incident[] {
  return profiles.flatMap(({ name: profile, states }) => {
    const count = states.overdue ?? 0;
    if (count === 0) return [];
    return incident('renewal-overdue', 'error', name, [profile], {
      title: `${macs(count, 'is', 'are')} overdue for certificate renewal (${profile})`,
      text: 'The certificates are still valid but were not renewed in time. Open a Mac from the list to see what blocks its renewal.',
      path: listOf(profile, 'overdue'),
    });
  });
}

function expired({ name, profiles }: InstanceFacts): readonly Incident[] {
  return profiles.flatMap(({ name: profile, states }) => {
    const count = states.expired ?? 0;
    if (count === 0) return [];
    return incident('certificate-expired', 'critical', name, [profile], {
      title: `${macs(count, 'has', 'have')} an expired certificate (${profile})`,
      text: 'Users of these Macs cannot sign in to apps that require the certificate. Redistribute manually from the list. If the circuit breaker is open, fix the cause and resume first.',
      path: listOf(profile, 'expired'),
    });
  });
}

function breakerOpen({ name, profiles }: InstanceFacts): readonly Incident[] {
  return profiles.flatMap(({ name: profile, breaker }) =>
    breaker === null
      ? []
      : incident('breaker-open', 'error', name, [profile], {
          title: `Certificate renewals stopped: circuit breaker open (${profile})`,
          text: breaker.text,
          path: '/',
        }),
  );
}

/** Longest wait first, so that a new Mac never replaces one whose incident is already open. */
function needsHuman({ name, waiting }: InstanceFacts): readonly Incident[] {
  const inOrder = waiting.toSorted(
    (a, b) => a.since - b.since || a.redistributionId.localeCompare(b.redistributionId),
  );
  const single = inOrder
    .slice(0, MOST_SINGLE)
    .flatMap(({ profile, computerId, computer, why }) =>
      incident('needs-human', 'error', name, [profile, computerId], {
        title: `${computer}: renewal failed, needs attention (${profile})`,
        text: `No automatic attempts left. Last error: ${why}`,
        path: pageOf(name, computerId),
      }),
    );
  if (waiting.length <= MOST_SINGLE) return single;
  const many = incident('needs-human', 'error', name, ['many'], {
    title: `${waiting.length} Macs need attention: renewal failed`,
    text: 'Many failures at once usually share one cause. Open Failures (grouped by cause) before you retry any of them. No further alerts for single Macs will be sent.',
    path: '/redistributions?state=needs-human',
  });
  return [...single, ...many];
}

function leaseNotTakenBack({ name, leases: { late, oldest } }: InstanceFacts): readonly Incident[] {
  if (late === 0 || oldest === null) return [];
  const { computer, groupId, since } = oldest;
  return incident('lease-not-taken-back', 'critical', name, [], {
    title: `${macs(late, 'is', 'are')} stuck in the exclusion group without a certificate`,
    text: `${[computer.name, computer.serialNumber].find(Boolean) ?? `computer ${computer.id}`} has been in exclusion group ${groupId} since ${clock(since)} and has no certificate. Recert keeps retrying. If Jamf Pro refuses, remove the Mac from the group manually.`,
    path: pageOf(name, computer.id),
  });
}

function webhooksSilent(
  { name, lastWebhookAt }: InstanceFacts,
  { at, webhooksSilentMs }: Facts,
): readonly Incident[] {
  // Before the first webhook there is no silence to report. `recert doctor` checks the webhook setup.
  if (lastWebhookAt === null || at - lastWebhookAt <= webhooksSilentMs) return [];
  return incident('webhooks-silent', 'warning', name, [], {
    title: `No webhooks from ${name} since ${clock(lastWebhookAt)}`,
    text: 'Sweeps continue, so nothing is missed, but changes are noticed later. Run `recert webhooks test` to diagnose.',
    path: '/',
  });
}

function sweepStopped(
  { name, lastSweepAt, sweepEveryMs }: InstanceFacts,
  { at }: Facts,
): readonly Incident[] {
  if (lastSweepAt === null || at - lastSweepAt <= SWEEPS_MISSED * sweepEveryMs) return [];
  return incident('sweep-stopped', 'critical', name, [], {
    title: `No sweep of ${name} since ${clock(lastSweepAt)}: fleet data is out of date`,
    text: 'Check that the worker can reach Jamf Pro and that its API client is still valid. Run `recert doctor`.',
    path: '/',
  });
}

function profilesUnknown({ name, profiles, lastSweepAt }: InstanceFacts): readonly Incident[] {
  // The first sweep reads the profiles.
  if (lastSweepAt === null) return [];
  return profiles.flatMap(({ name: profile, known }) =>
    known
      ? []
      : incident('profile-unknown', 'error', name, [profile], {
          title: `Profile ${profile} cannot be read from Jamf Pro`,
          text: 'No Macs are assessed for it. Check the profile IDs and the API client privileges. Run `recert doctor`.',
          path: '/',
        }),
  );
}

function profileAudit({ name, profiles }: InstanceFacts): readonly Incident[] {
  return profiles.flatMap(({ name: profile, audit }) =>
    audit === null || audit.errors === 0
      ? []
      : incident('profile-audit', 'error', name, [profile], {
          title: `Profile settings of ${profile} will break renewal`,
          text: 'The profile check found errors. Run `recert profiles audit` for details and fixes.',
          path: '/',
        }),
  );
}

function caExpiring({ name, profiles }: InstanceFacts): readonly Incident[] {
  return profiles.flatMap(({ name: profile, caEndsAt }) =>
    caEndsAt === null
      ? []
      : incident('ca-expiring', 'warning', name, [profile], {
          title: `The CA of ${profile} expires at ${clock(caEndsAt)}`,
          text: 'Certificates issued today would outlive the CA, so the whole fleet would lose access on the same day. Plan the new CA in Okta now.',
          path: '/',
        }),
  );
}

/** One critical incident for each use of emergency access, open until its session ends: an unexpected use is a break-in. */
function breakGlassUsed({ breakGlass }: Facts): readonly Incident[] {
  return breakGlass.map(({ id, name, address, at }) => ({
    key: `break-glass/${id}`,
    kind: 'break-glass',
    severity: 'critical',
    instance: null,
    title: `Emergency access used by ${name} (name not verified)`,
    text: `At ${clock(at)}, from ${address}. If this was not expected, change the password now (\`recert break-glass hash\`) and restart the receivers to end the session.`,
    path: '/audit',
  }));
}

/** The incident that no worker has been active since an instant. A receiver raises it, because no worker can. */
export function workersSilent(since: number): Incident {
  return {
    key: 'workers-silent',
    kind: 'workers-silent',
    severity: 'critical',
    instance: null,
    path: '/',
    title: `No worker active since ${clock(since)}`,
    text: 'No renewals, sweeps or other alerts run until a worker is back. Start one (`recert work`), or check its log and /readyz.',
  };
}

function incident(
  kind: IncidentKind,
  severity: Severity,
  instance: string,
  subject: readonly string[],
  content: Pick<Incident, 'title' | 'text' | 'path'>,
): readonly [Incident] {
  return [{ key: [kind, instance, ...subject].join('/'), kind, severity, instance, ...content }];
}

function listOf(profile: string, state: string): string {
  return `/macs?profile=${profile}&state=${state}`;
}

function pageOf(instance: string, computerId: string): string {
  return `/macs/${instance}/${encodeURIComponent(computerId)}`;
}

function macs(count: number, one: string, many: string): string {
  return count === 1 ? `1 Mac ${one}` : `${count} Macs ${many}`;
}

/** Formats an instant as `2026-11-23 19:40Z`. */
function clock(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
