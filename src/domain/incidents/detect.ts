import type { Facts, InstanceFacts } from './facts.js';
import type { Incident, IncidentKind, Severity } from './incident.js';

/** What is the matter with one Jamf Pro server. Pure. */
type Detector = (instance: InstanceFacts, facts: Facts) => readonly Incident[];

/** Of many Macs that need a person so many are told one by one; then one message stands for the others. */
const MOST_SINGLE = 5;
/** A sweep that is this many of its intervals late has stopped. */
const SWEEPS_MISSED = 3;

/**
 * What is the matter at present, each matter once. It depends on nothing but the facts, so it may be asked again and again, by any
 * process. A further kind of incident is one more detector in this list, and what it needs in `Facts`.
 */
export function detect(facts: Facts): readonly Incident[] {
  return [
    ...facts.instances.flatMap((instance) => DETECTORS.flatMap((look) => look(instance, facts))),
    ...glassBroken(facts),
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
      title: `${macs(count, 'is', 'are')} overdue for renewal (${profile})`,
      text: 'The certificate should have been renewed by now and was not. The list shows for each Mac what it waits for.',
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
      text: 'The people at these Macs cannot sign in where the certificate is asked for. Redistribute by hand from the list.',
      path: listOf(profile, 'expired'),
    });
  });
}

function breakerOpen({ name, profiles }: InstanceFacts): readonly Incident[] {
  return profiles.flatMap(({ name: profile, breaker }) =>
    breaker === null
      ? []
      : incident('breaker-open', 'error', name, [profile], {
          title: `The breaker is open, no certificate is renewed any more (${profile})`,
          text: `${breaker.text} Mend the cause, then recert resume.`,
          path: '/',
        }),
  );
}

/** Those that wait longest first: who comes later displaces nobody who has been told already. */
function needsHuman({ name, waiting }: InstanceFacts): readonly Incident[] {
  const inOrder = waiting.toSorted(
    (a, b) => a.since - b.since || a.redistributionId.localeCompare(b.redistributionId),
  );
  const single = inOrder
    .slice(0, MOST_SINGLE)
    .flatMap(({ profile, computerId, computer, why }) =>
      incident('needs-human', 'error', name, [profile, computerId], {
        title: `${computer} needs a person (${profile})`,
        text: `Recert has no attempt left for this Mac: ${why}`,
        path: pageOf(name, computerId),
      }),
    );
  if (waiting.length <= MOST_SINGLE) return single;
  const many = incident('needs-human', 'error', name, ['many'], {
    title: `More than ${MOST_SINGLE} Macs need a person: ${waiting.length} by now`,
    text: 'So many at once have most often one cause: look at what they have in common before trying them one by one. No further Mac is told by itself.',
    path: '/redistributions?state=needs-human',
  });
  return [...single, ...many];
}

function leaseNotTakenBack({ name, leases: { late, oldest } }: InstanceFacts): readonly Incident[] {
  if (late === 0 || oldest === null) return [];
  const { computer, groupId, since } = oldest;
  return incident('lease-not-taken-back', 'critical', name, [], {
    title: `${macs(late, 'is', 'are')} excluded from the profile and cannot be taken back`,
    text: `${[computer.name, computer.serialNumber].find(Boolean) ?? `computer ${computer.id}`} is in exclusion group ${groupId} since ${clock(since)}, and so without certificate. Recert tries for ever; if Jamf refuses, take the Mac out of the group by hand.`,
    path: pageOf(name, computer.id),
  });
}

function webhooksSilent(
  { name, lastWebhookAt }: InstanceFacts,
  { at, webhooksSilentMs }: Facts,
): readonly Incident[] {
  // Before the first one it is the doctor who says what is missing.
  if (lastWebhookAt === null || at - lastWebhookAt <= webhooksSilentMs) return [];
  return incident('webhooks-silent', 'warning', name, [], {
    title: `No webhook has arrived from ${name} since ${clock(lastWebhookAt)}`,
    text: 'Sweeps go on, so nothing is forgotten, but Recert learns of everything later. recert webhooks test says what to look at.',
    path: '/',
  });
}

function sweepStopped(
  { name, lastSweepAt, sweepEveryMs }: InstanceFacts,
  { at }: Facts,
): readonly Incident[] {
  if (lastSweepAt === null || at - lastSweepAt <= SWEEPS_MISSED * sweepEveryMs) return [];
  return incident('sweep-stopped', 'critical', name, [], {
    title: `No sweep of ${name} since ${clock(lastSweepAt)}`,
    text: 'Recert does not see the fleet any more: can the worker reach Jamf Pro, and is its API client still good? recert doctor tells.',
    path: '/',
  });
}

function profilesUnknown({ name, profiles, lastSweepAt }: InstanceFacts): readonly Incident[] {
  // At the very beginning they are not known yet.
  if (lastSweepAt === null) return [];
  return profiles.flatMap(({ name: profile, known }) =>
    known
      ? []
      : incident('profile-unknown', 'error', name, [profile], {
          title: `Jamf has not told of the profiles of ${profile}`,
          text: 'Nothing is decided for it. Are the ids right, and may the API client read profiles? recert doctor tells.',
          path: '/',
        }),
  );
}

function profileAudit({ name, profiles }: InstanceFacts): readonly Incident[] {
  return profiles.flatMap(({ name: profile, audit }) =>
    audit === null || audit.errors === 0
      ? []
      : incident('profile-audit', 'error', name, [profile], {
          title: `The profiles of ${profile} will make renewal fail`,
          text: 'The audit of their settings has found errors. recert profiles audit names them, and says what to do.',
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
          text: 'A certificate issued today would outlive its CA and end with it: the whole fleet on one day. Plan the new CA in Okta now.',
          path: '/',
        }),
  );
}

/** Each use by itself, for as long as its session lasts: who did not expect it must hear of it, at night too. */
function glassBroken({ breakGlass }: Facts): readonly Incident[] {
  return breakGlass.map(({ id, name, address, at }) => ({
    key: `break-glass/${id}`,
    kind: 'break-glass',
    severity: 'critical',
    instance: null,
    title: `Somebody who says to be ${name} came in by the emergency login`,
    text: `At ${clock(at)}, from ${address}. If nobody knows of it, change its password now (recert break-glass hash) and restart the receivers: that ends the session.`,
    path: '/audit',
  }));
}

/** What no worker can say: that none has looked at anything since an instant. Found and told by a receiver. */
export function workersSilent(since: number): Incident {
  return {
    key: 'workers-silent',
    kind: 'workers-silent',
    severity: 'critical',
    instance: null,
    path: '/',
    title: `No worker has looked at the fleet since ${clock(since)}`,
    text: 'Nothing is read, renewed or taken back meanwhile, and nothing else is told. Start a worker (recert work), or see in its log and at its /readyz what keeps it.',
  };
}

function incident(
  kind: IncidentKind,
  severity: Severity,
  instance: string,
  subject: readonly string[],
  said: Pick<Incident, 'title' | 'text' | 'path'>,
): readonly [Incident] {
  return [{ key: [kind, instance, ...subject].join('/'), kind, severity, instance, ...said }];
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

/** `2026-11-23 19:40Z`. */
function clock(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}
