import { type OverviewSources, overviewOf } from '../fleet/overview.js';
import { findFailing } from '../fleet/failures.js';
import { factsOf } from '../fleet/health-facts.js';
import { whyInState } from '../../domain/redistribution/failure.js';
import type { AuditReport } from '../../domain/audit/report.js';
import type { Facts, WaitingForPerson } from '../../domain/health/facts.js';
import type { Redistribution } from '../../domain/redistribution/record.js';
import type { KnownComputer } from '../../domain/known.js';
import { profileIdsOf } from '../../config/sections/profile.js';
import type { Ports } from '../ports.js';

/**
 * Maximum number of redistributions that are read because they need attention, per Jamf Pro server. It is much higher
 * than the number for which separate messages are sent.
 */
const MAX_WAITING = 200;

/**
 * Reads what the detection of incidents needs: the numbers of the overview, and the redistributions that need
 * attention. The number of reads per Jamf Pro server is constant.
 * @throws the error of Redis, because missing data must not look like the absence of problems.
 */
export async function readFacts(
  sources: OverviewSources & { breakGlass: Pick<Ports['breakGlass'], 'open'> },
): Promise<Facts> {
  const facts = factsOf(await overviewOf(sources), sources.config);
  return {
    ...facts,
    breakGlass: await sources.breakGlass.open(facts.at),
    instances: await Promise.all(
      facts.instances.map(async (instance) => ({
        ...instance,
        profiles: await Promise.all(
          instance.profiles.map(async (profile) => {
            const fields = await fieldsOf(sources, instance.name, profile.name);
            const changes = fields.flatMap(({ caChange }) => caChange ?? []);
            return {
              ...profile,
              caChange: changes.find(({ at }) => at > facts.at - CHANGE_MS) ?? null,
              caEndsAt: earliest([
                caExpiryOf(fields),
                outlivedBy(profile.okta?.caExpiresAt ?? null, facts.at),
              ]),
            };
          }),
        ),
        waiting: await waitingFor(instance.name, sources),
      })),
    ),
  };
}

/** How long a change of the CA is an incident, milliseconds. */
const CHANGE_MS = 7 * 86_400_000;

/** Lifetime of a client certificate from Okta, milliseconds. */
const LIFETIME_MS = 365 * 86_400_000;

/** Returns the end of a CA if a certificate that is issued now would outlive the CA; otherwise `null`. */
function outlivedBy(endsAt: number | null, now: number): number | null {
  return endsAt !== null && endsAt <= now + LIFETIME_MS ? endsAt : null;
}

function earliest(ends: readonly (number | null)[]): number | null {
  const known = ends.filter((end) => end !== null);
  return known.length === 0 ? null : Math.min(...known);
}

type Field = NonNullable<AuditReport['field']>;

/** Returns the results of checking the Macs and the CA, for each profile of a watched profile. */
async function fieldsOf(
  { config, profileAudits }: OverviewSources,
  instance: string,
  profile: string,
): Promise<readonly Field[]> {
  const settings = config.instances[instance]?.profiles[profile];
  if (settings === undefined) return [];
  const reports = await Promise.all(profileIdsOf(settings).map((id) => profileAudits.get(instance, id)));
  return reports.flatMap((report) => report?.field ?? []);
}

/** Returns the earliest expiry of a CA that the profile check of any profile has warned about; `null` if there is none. */
function caExpiryOf(fields: readonly Field[]): number | null {
  const ends = fields.flatMap(({ findings, caExpiresAt }) => {
    const warned = findings.some(({ rule }) => rule === 'ca-expiring' || rule === 'ca-expired');
    return warned && caExpiresAt !== null ? [caExpiresAt] : [];
  });
  return earliest(ends);
}

/**
 * Returns the redistributions that need attention. A redistribution is left out if a newer one exists for its Mac, or
 * if the certificate was renewed in another way. The redistribution that has waited longest is first.
 */
async function waitingFor(instance: string, sources: OverviewSources): Promise<readonly WaitingForPerson[]> {
  const { redistributions, computers } = sources;
  const { failing } = await findFailing(instance, sources);
  const waiting = failing
    .filter(({ state }) => state === 'needs-human')
    // The longest wait is first, because the list is truncated. If a newer entry displaced an older one, the incident
    // of the older entry would be reported as resolved although it still needs attention.
    .toSorted((one, other) => one.since - other.since)
    .slice(0, MAX_WAITING);
  const [records, macs] = await Promise.all([
    redistributions.readMany(
      instance,
      waiting.map(({ id }) => id),
    ),
    waiting.length === 0
      ? []
      : computers.getMany(
          instance,
          waiting.map(({ computerId }) => computerId),
        ),
  ]);
  const known = new Map(macs.flatMap((one) => (one === null ? [] : [[one.id, one] as const])));
  return records.flatMap((record) => {
    const computer = known.get(record.computerId);
    return computer ? [toWaiting(record, computer)] : [];
  });
}

function toWaiting(record: Redistribution, { name, serialNumber }: KnownComputer): WaitingForPerson {
  const { id, profile, computerId, since } = record;
  return {
    redistributionId: id,
    profile,
    computerId,
    computer:
      [name, serialNumber && `(${serialNumber})`].filter(Boolean).join(' ') || `computer ${computerId}`,
    since,
    why: whyInState(record) || 'no reason recorded',
  };
}
