import { type OverviewSources, overviewOf } from '../fleet/overview.js';
import { failingOf } from '../fleet/failures.js';
import type { Facts, InstanceFacts, WaitingForPerson } from '../../domain/incidents/facts.js';
import type { Redistribution } from '../../domain/redistribution/record.js';
import type { KnownComputer } from '../../domain/known.js';
import type { Ports } from '../ports.js';

/** Of those that need a person so many, longest first, are known by name: far more than are told one by one. */
const MOST_WAITING = 200;

/**
 * What is known at present: the very numbers that the overview shows, and which Macs wait for a person. A fixed number of reads for each
 * server.
 *
 * @throws what Redis throws: then nothing is known, which is not the same as all being well.
 */
export async function readFacts(
  sources: OverviewSources & { breakGlass: Pick<Ports['breakGlass'], 'open'> },
): Promise<Facts> {
  const { config } = sources;
  const { at, instances } = await overviewOf(sources);
  return {
    at,
    webhooksSilentMs: config.notifications.webhooksSilent,
    breakGlass: await sources.breakGlass.open(at),
    instances: await Promise.all(
      instances.map(
        async ({ name, profiles, leases, lastWebhookAt, lastSweepAt }): Promise<InstanceFacts> => ({
          name,
          leases,
          profiles: await Promise.all(
            profiles.map(async (profile) => ({
              ...profile,
              caEndsAt: await caEndOf(sources, name, profile.name),
            })),
          ),
          lastWebhookAt,
          lastSweepAt,
          sweepEveryMs: config.instances[name]?.sweep.changed ?? Infinity,
          waiting: await waitingFor(name, sources),
        }),
      ),
    ),
  };
}

/** The first end of a CA that the audit has warned of, in either half. */
async function caEndOf(
  { config, profileAudits }: OverviewSources,
  instance: string,
  profile: string,
): Promise<number | null> {
  const overlap = config.instances[instance]?.profiles[profile]?.overlap;
  if (overlap === undefined) return null;
  const reports = await Promise.all(
    [overlap.blue, overlap.green].map((id) => profileAudits.get(instance, id)),
  );
  const ends = reports.flatMap((report) => {
    const { findings = [], caExpiresAt = null } = report?.field ?? {};
    const warned = findings.some(({ rule }) => rule === 'ca-expiring' || rule === 'ca-expired');
    return warned && caExpiresAt !== null ? [caExpiresAt] : [];
  });
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Those whose latest redistribution needs a person, and whose certificate has not been renewed in another way; those that wait longest first. */
async function waitingFor(instance: string, sources: OverviewSources): Promise<readonly WaitingForPerson[]> {
  const { redistributions, computers } = sources;
  const { failing } = await failingOf(instance, sources);
  const waiting = failing
    .filter(({ state }) => state === 'needs-human')
    // Whoever were displaced by those that come later would be told to have recovered.
    .toSorted((one, other) => one.since - other.since)
    .slice(0, MOST_WAITING);
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
    return computer ? [waitingOne(record, computer)] : [];
  });
}

function waitingOne(
  { id, profile, computerId, since, history }: Redistribution,
  { name, serialNumber }: KnownComputer,
): WaitingForPerson {
  return {
    redistributionId: id,
    profile,
    computerId,
    computer:
      [name, serialNumber && `(${serialNumber})`].filter(Boolean).join(' ') || `computer ${computerId}`,
    since,
    why: history.findLast(({ to }) => to === 'needs-human')?.why ?? 'no reason is on record',
  };
}
