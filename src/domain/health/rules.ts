import { isLow } from './coverage.js';
import type { Facts, InstanceFacts, ProfileFacts } from './facts.js';
import type { Code, Details, Problem } from './problem.js';

type Found = Generator<Problem>;

/**
 * At most this many Macs that need attention are reported as separate problems. All further Macs are combined in
 * one problem.
 */
const MOST_SINGLE = 5;
/** How long a change of a group by someone else is reported, milliseconds. */
const FOREIGN_SHOWN_MS = 86_400_000;
/** Sweeps count as stopped when there was none for this number of intervals. */
const SWEEPS_MISSED = 3;

/**
 * Returns the current problems. No other code decides what is wrong: the overview lists the problems as findings,
 * and the notifications report them as incidents, each with its own texts. The result depends only on `facts`.
 */
export function problemsOf(facts: Facts): readonly Problem[] {
  return [
    ...facts.queues.flatMap((queue) => [...ofQueue(queue)]),
    ...facts.instances.flatMap((instance) =>
      [...ofInstance(instance, facts)].map((problem) => ({ ...problem, instance: instance.name })),
    ),
    ...facts.removedInstances.map((one) =>
      found('instance-removed', one.excluded > 0 ? 'critical' : 'warning', one),
    ),
    ...facts.breakGlass.map((use) => found('break-glass', 'critical', use)),
  ];
}

function* ofInstance(instance: InstanceFacts, facts: Facts): Found {
  yield* ofSwitches(instance);
  yield* ofMacsToRestore(instance);
  yield* ofForeignChanges(instance, facts);
  yield* ofActivity(instance, facts);
  yield* ofReading(instance);
  for (const profile of instance.profiles) yield* ofSettings(profile);
  for (const profile of instance.profiles) yield* ofCertificates(profile);
  yield* ofFailures(instance);
}

function* ofQueue({ name: queue, workers, failed: count }: Facts['queues'][number]): Found {
  if (workers === 0) yield found('queue-without-worker', 'error', { queue });
  if (count > 0) yield found('queue-failed-jobs', 'warning', { queue, count });
}

function* ofSwitches({ paused, profiles }: InstanceFacts): Found {
  if (paused) yield found('paused', 'warning', paused);
  const observed = profiles.filter(({ mode }) => mode === 'observe').map(({ name }) => name);
  if (observed.length > 0) yield found('observe-mode', 'warning', { profiles: observed });
  for (const { name: profile, breaker, hold } of profiles) {
    if (breaker) yield found('breaker-open', 'error', { profile, text: breaker.text });
    if (hold) yield found('renewals-on-hold', 'warning', { profile, text: hold.text });
  }
}

function* ofMacsToRestore({ leases }: InstanceFacts): Found {
  if (leases.late > 0) yield found('lease-not-taken-back', 'critical', leases);
}

/**
 * Yields one problem for each group that someone else has changed recently, because redistributions may depend on the
 * change.
 */
function* ofForeignChanges({ foreignChanges }: InstanceFacts, { at }: Facts): Found {
  const recent = foreignChanges.filter((change) => at - change.at < FOREIGN_SHOWN_MS);
  for (const groupId of new Set(recent.map((change) => change.groupId))) {
    const own = recent.filter((change) => change.groupId === groupId);
    yield found('group-changed', 'warning', {
      groupId,
      count: own.length,
      latest: own.slice(0, MOST_SINGLE),
    });
  }
}

function* ofActivity(
  { profiles, lastSweepAt, lastWebhookAt, sweepEveryMs: everyMs }: InstanceFacts,
  { at, webhooksSilentMs }: Facts,
): Found {
  for (const { name: profile, known, gone = [] } of profiles)
    if (!known || gone.length > 0)
      yield found('profile-unknown', 'error', { profile, known, swept: lastSweepAt !== null, gone });
  if (lastSweepAt === null) yield found('never-swept', 'error', {});
  else if (at - lastSweepAt > SWEEPS_MISSED * everyMs)
    yield found('sweep-stopped', 'critical', { lastSweepAt, agoMs: at - lastSweepAt, everyMs });
  // Before the first webhook, missing webhooks are not reported. `recert doctor` checks the webhook setup.
  if (lastWebhookAt !== null && at - lastWebhookAt > webhooksSilentMs)
    yield found('webhooks-silent', 'warning', { lastWebhookAt });
}

function* ofReading({
  fall,
  setAside,
  commandsUnlisted,
  statusUnread: why,
  profiles,
  computers,
  lastSweepAt,
}: InstanceFacts): Found {
  if (fall) yield found('fleet-fallen', 'critical', fall);
  for (const { name: profile, mode, known, states, scopeEmptySince: since } of profiles) {
    const { healthy = 0, due = 0, overdue = 0, expired = 0, unknown = 0 } = states;
    const isEmpty = healthy + due + overdue + expired + unknown === 0;
    if (since !== null || (known && isEmpty && computers.known > 0 && lastSweepAt !== null))
      yield found('scope-empty', mode === 'act' ? 'error' : 'warning', { profile, since });
  }
  if (setAside.length > 0) yield found('records-unread', 'warning', { computers: setAside });
  if (commandsUnlisted) yield found('commands-unlisted', 'warning', {});
  if (why) yield found('status-unread', 'warning', { why });
}

function* ofSettings({
  name: profile,
  mode,
  audit,
  caEndsAt: endsAt,
  caChange: change,
  okta,
  scopeConflict: text,
  shortage,
  urgent,
}: ProfileFacts): Found {
  if (text !== null) yield found('scopes-wrong', 'error', { profile, text });
  if (audit && audit.errors + audit.warnings > 0)
    yield found('profile-audit', audit.errors > 0 ? 'error' : 'warning', { profile, ...audit });
  if (endsAt !== null) yield found('ca-expiring', 'warning', { profile, endsAt });
  if (change) yield found('ca-changed', 'warning', { profile, change });
  if (urgent && urgent.computers > 0) yield found('window-too-late', 'warning', { profile, ...urgent });
  if (okta?.successor)
    yield found('okta-retiring', 'warning', {
      profile,
      configuration: okta.configuration,
      endsAt: okta.caExpiresAt,
    });
  if (okta && okta.revoked.length > 0)
    yield found('certificate-revoked', 'warning', { profile, computers: okta.revoked });
  if (shortage) yield found('capacity-short', mode === 'act' ? 'error' : 'warning', { profile, ...shortage });
}

function* ofCertificates({ name: profile, states, measured, missing }: ProfileFacts): Found {
  if (measured && isLow(measured, measured.least))
    yield found('coverage-low', 'error', { profile, ...measured });
  const { expired = 0, overdue = 0, unknown = 0 } = states;
  if (expired > 0) yield found('certificate-expired', 'critical', { profile, count: expired });
  if (overdue > 0) yield found('renewal-overdue', 'error', { profile, count: overdue });
  if (missing.computers > 0) yield found('certificate-missing', 'error', { profile, ...missing });
  if (unknown > 0) yield found('certificate-unknown', 'warning', { profile, count: unknown });
}

function* ofFailures({ needsHuman, waiting }: InstanceFacts): Found {
  if (needsHuman > 0) yield found('attention-needed', 'error', { count: needsHuman });
  // The Mac that has waited longest is first, so a new Mac never replaces one that is already reported.
  const inOrder = waiting.toSorted(
    (a, b) => a.since - b.since || a.redistributionId.localeCompare(b.redistributionId),
  );
  for (const one of inOrder.slice(0, MOST_SINGLE)) yield found('needs-human', 'error', one);
  if (waiting.length > MOST_SINGLE) yield found('needs-human-many', 'error', { count: waiting.length });
}

function found<Name extends Code>(
  code: Name,
  severity: Problem['severity'],
  details: Details[Name],
): Problem<Name> {
  return { code, severity, instance: null, details };
}
