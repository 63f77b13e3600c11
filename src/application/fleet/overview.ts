import type { InstanceConfig } from '../../config/sections/instance.js';
import { profileIdsOf } from '../../config/sections/profile.js';
import type { CapacitySettings } from '../../domain/capacity/chosen.js';
import { oktaProfileOf } from '../../domain/okta/profile.js';
import { shortageIn } from '../../domain/capacity/shortage.js';
import type { WatchedProfile } from '../../domain/watched.js';
import { maintenanceAt, urgentBefore } from '../../domain/redistribution/safety-limits/maintenance-window.js';
import { scopeConflictOf } from '../../domain/audit/scopes.js';
import { findingsOf as auditFindings } from '../../domain/audit/report.js';
import { QUEUES } from '../../contract/queue-names.js';
import { additionsOf } from '../../domain/redistribution/additions.js';
import { MOST_EXAMPLES } from '../../domain/health/missing.js';
import { scopeEmptiedAt } from '../../domain/scope.js';
import { isOpenFall } from '../../domain/health/fleet-fall.js';
import { statusOff } from '../../domain/redistribution/evidence/status.js';
import { isUnlisted } from '../../domain/redistribution/evidence/listing.js';
import { resultOf } from '../inventory/sweeps/sweep-full.js';
import { safetyLimitPolicyOf } from '../../domain/redistribution/safety-limits/policy.js';
import { findFailing } from './failures.js';
import { findingsOf } from './findings.js';
import { lastActivity } from './last-activity.js';
import { removedInstances, textOfRemoved } from '../redistribution/removed-instances.js';
import { setupSteps } from './setup-steps.js';
import { summarizeExclusions } from './exclusions.js';
import type { Overview } from '../../contract/resources/overview.js';
import type { Coverage } from '../../domain/health/coverage.js';
import type { Ports, WatchList } from '../ports.js';

type ProfileOverview = Overview['instances'][number]['profiles'][number];

/** The ports that the overview reads. */
export type OverviewSources = Pick<
  Ports,
  | 'config'
  | 'version'
  | 'now'
  | 'computers'
  | 'redistributions'
  | 'limits'
  | 'hints'
  | 'profiles'
  | 'profileAudits'
  | 'leases'
  | 'natives'
  | 'queueStats'
  | 'finishedSweeps'
  | 'events'
  | 'cursors'
  | 'groups'
  | 'oktaStates'
>;

/** Period over which the results of the Redistribute Profile setting of Jamf Pro are counted, milliseconds. */
const NATIVE_MS = 30 * 86_400_000;

/** Collects the overview. The number of reads per Jamf Pro server is fixed, regardless of the size of the fleet. */
export async function overviewOf(services: OverviewSources): Promise<Overview> {
  const { config, version, now } = services;
  const at = now();
  const [found, queueCounts, removed] = await Promise.all([
    Promise.all(
      Object.entries(config.instances).map(async ([name, settings]) => ({
        settings,
        instance: await instanceOf(name, settings, services),
      })),
    ),
    services.queueStats(),
    removedInstances(services),
  ]);
  const gone = removed.map((one) => ({
    instance: one.instance,
    text: textOfRemoved(one),
    excluded: one.excluded.length,
    open: one.open,
  }));
  const queues = QUEUES.map((name) => ({ name, ...queueCounts[name] }));
  const instances = found.map(({ instance, settings }) => {
    const setup = setupSteps({ instance, settings, queues });
    return { ...instance, setup };
  });
  const findings = findingsOf({ instances, queues, config, at, removedInstances: gone });
  return {
    at,
    version,
    healthy: findings.every(({ severity }) => severity !== 'error'),
    findings,
    instances,
    removedInstances: gone,
    queues,
  };
}

async function instanceOf(
  name: string,
  settings: InstanceConfig,
  services: OverviewSources,
): Promise<Omit<Overview['instances'][number], 'setup'>> {
  const { url, profiles } = settings;
  const [computers, counts, { failing }, paused, signs, hints, list, leases, reading, foreignChanges] =
    await Promise.all([
      services.computers.count(name),
      services.redistributions.counts(name),
      findFailing(name, services),
      services.limits.paused(name),
      lastActivity(services, name),
      services.hints.count(name),
      services.profiles.watchedProfiles(name),
      summarizeExclusions(services, name, settings),
      readingOf(services, name, profiles),
      services.groups.foreign(name),
    ]);
  const { coverage: coverages, ...found } = reading;
  const { byState, open } = counts;
  return {
    name,
    url: new URL(url).origin,
    computers,
    profiles: await Promise.all(
      Object.entries(profiles).map(([profile, policy]) =>
        profileOf(services, { name, profile, policy }, { list, coverage: coverages[profile] }),
      ),
    ),
    redistributions: {
      byState,
      open,
      due: byState.due + byState.eligible,
      inFlight: byState.excluded + byState.including + byState.triggered + byState.pushed + byState.verifying,
      blocked: byState.blocked,
      failed: failing.length,
      needAttention: failing.filter(({ state }) => state === 'needs-human').length,
      verified: byState.verified,
    },
    leases,
    ...found,
    foreignChanges: [...foreignChanges],
    hints,
    paused,
    ...signs,
  };
}

/** Collects the overview of one watched profile. */
async function profileOf(
  services: OverviewSources,
  { name, profile, policy }: { name: string; profile: string; policy: InstanceConfig['profiles'][string] },
  { list, coverage: swept }: { list: WatchList; coverage: Coverage | undefined },
): Promise<ProfileOverview> {
  const { mode, maintenance } = policy;
  const { watched, missing, gone = [] } = list;
  const at = services.now();
  const [states, { breaker, hold, canary }, counted, uncertified] = await Promise.all([
    services.computers.countStates(name, profile),
    services.limits.safetyLimits(name, profile, safetyLimitPolicyOf(policy), at),
    services.natives.since(name, profile, at - NATIVE_MS),
    missingOf(services, { instance: name, profile, afterMs: policy.missing }),
  ]);
  const window = maintenanceAt(maintenance, at);
  const opensAt = window.open ? null : window.opensAt;
  const urgent = opensAt === null ? null : await urgentOf(services, name, { profile, opensAt, at, policy });
  const inScope = states.healthy + states.due + states.overdue + states.expired + states.unknown;
  const coverage = inScope === 0 ? null : (inScope - states.unknown) / inScope;
  const known = !missing.includes(profile);
  const limits = { breaker, hold: hold && { text: hold.text, until: hold.until }, canary, opensAt };
  const audit = await auditOf(services, name, profileIdsOf(policy));
  const native = { awaited: policy.nativeGrace > 0, ...counted };
  const read = watched.find((one) => one.name === profile);
  const scopeConflict = read ? scopeConflictOf(read) : null;
  const measured = swept ? { ...swept, subjects: [...swept.subjects], least: policy.coverage } : null;
  const mechanisms = [...policy.mechanisms];
  const ways = { mechanisms, additions: [...additionsOf(policy)] };
  const lost = profileIdsOf(policy).filter((id) => gone.includes(id));
  return {
    name: profile,
    mode,
    known,
    gone: lost,
    ...ways,
    scopeConflict,
    audit,
    native,
    ...limits,
    states,
    coverage,
    measured,
    missing: uncertified,
    urgent,
    okta: await oktaOf(services, { name, profile, policy }),
    scopeEmptySince: read ? scopeEmptiedAt(read.blue) : null,
    capacity: read ? capacityOf(read, policy.capacity) : null,
  };
}

/** Counts the Macs whose certificate expires before the next maintenance window, or within a day. */
async function urgentOf(
  { computers }: OverviewSources,
  instance: string,
  {
    profile,
    opensAt,
    at,
    policy,
  }: { profile: string; opensAt: number; at: number; policy: InstanceConfig['profiles'][string] },
): Promise<ProfileOverview['urgent']> {
  const count = await computers.countOverdueBefore(instance, profile, urgentBefore(opensAt, at));
  return { computers: count, allowed: policy.maintenanceUrgent === 'allow' };
}

/** Returns what Okta says about a watched profile; `null` without the connector to Okta. */
async function oktaOf(
  { oktaStates, config }: OverviewSources,
  { name, profile, policy }: { name: string; profile: string; policy: InstanceConfig['profiles'][string] },
): Promise<NonNullable<ProfileOverview['okta']> | null> {
  if (!config.instances[name]?.okta) return null;
  const [state, secrets] = await Promise.all([oktaStates.get(name), oktaStates.secrets(name)]);
  const urls = profileIdsOf(policy).flatMap((id) => secrets.get(id)?.url ?? []);
  const found = state && oktaProfileOf(profile, urls, state);
  return found && { ...found, revoked: [...found.revoked] };
}

/** Returns the current limits with the reasons for them. Before the first full sweep, these are the initial limits. */
function capacityOf(
  watched: WatchedProfile,
  { hourlyCap, inFlight }: CapacitySettings,
): NonNullable<ProfileOverview['capacity']> {
  const { policy, chosen } = watched;
  return {
    hourlyCap: policy.hourlyCap,
    inFlight: policy.inFlight,
    chosen: hourlyCap === 'auto' && inFlight === 'auto',
    reasons: chosen ? [...chosen.why] : ['These limits apply until the first full sweep has read the fleet.'],
    shortage: shortageIn(watched),
  };
}

/**
 * Reads what the last full sweep found, the last fall of the fleet (see `FleetFall`), and whether the command list of
 * Jamf Pro is complete.
 */
async function readingOf(
  { cursors, limits }: OverviewSources,
  instance: string,
  profiles: InstanceConfig['profiles'],
) {
  const [full, fall, listing, status] = await Promise.all([
    cursors.readFull(instance),
    cursors.readFall(instance),
    limits.listing(instance),
    limits.status(instance),
  ]);
  const { coverage, setAside } = resultOf(full) ?? { coverage: {}, setAside: [] };
  return {
    coverage,
    setAside,
    fall: fall && isOpenFall(fall) ? { at: fall.at, known: fall.known, missing: fall.missing } : null,
    commandsUnlisted: isUnlisted(listing),
    statusUnread: Object.values(profiles).some(({ proof }) => proof !== 'inventory')
      ? statusOff(status)
      : null,
  };
}

async function missingOf(
  { computers }: OverviewSources,
  { instance, profile, afterMs }: { instance: string; profile: string; afterMs: number },
) {
  const { count, longest } = await computers.missing(instance, profile, { afterMs, limit: MOST_EXAMPLES });
  const examples = longest.map(({ id, serialNumber }) => serialNumber || `computer ${id}`);
  return { computers: count, examples, afterMs };
}

async function auditOf(
  { profileAudits }: OverviewSources,
  instance: string,
  ids: readonly string[],
): Promise<{ errors: number; warnings: number } | null> {
  const reports = await Promise.all(ids.map((id) => profileAudits.get(instance, id)));
  const found = reports.filter((report) => report !== null).flatMap((report) => auditFindings(report));
  const errors = found.filter(({ severity }) => severity === 'error').length;
  return reports.includes(null) ? null : { errors, warnings: found.length - errors };
}
