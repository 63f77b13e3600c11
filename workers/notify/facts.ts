import { type OverviewSources, overviewOf } from '../../src/api/overview.js';
import { stillFailing } from '../../src/api/stuck.js';
import type { Facts, InstanceFacts, WaitingForPerson } from '../../src/domain/incidents/facts.js';
import type { Redistribution } from '../../src/domain/redistribution/record.js';
import type { WatchedProfile } from '../../src/domain/watched.js';
import type { BreakGlassStore } from '../../src/store/break-glass.js';

/** Of those that need a person so many, newest first, are looked through: far more than are told one by one. */
const MOST_WAITING = 200;

/**
 * What is known at present: the very numbers that the overview shows, and which Macs wait for a person. A fixed number of reads for each
 * server, and one more for each Mac that waits.
 *
 * @throws what Redis throws: then nothing is known, which is not the same as all being well.
 */
export async function readFacts(
  sources: OverviewSources & { breakGlass: Pick<BreakGlassStore, 'open'> },
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

/** Those whose latest redistribution needs a person, and whose certificate has not been renewed in another way. */
async function waitingFor(instance: string, sources: OverviewSources): Promise<readonly WaitingForPerson[]> {
  const { redistributions: records } = await sources.redistributions.page(instance, {
    state: 'needs-human',
    limit: MOST_WAITING,
  });
  if (records.length === 0) return [];
  const { watched } = await sources.profiles.watchedProfiles(instance);
  const looks = await Promise.all(
    records.map((record) =>
      waiting(
        record,
        watched.find(({ name }) => name === record.profile),
        sources,
      ),
    ),
  );
  return looks.flatMap((one) => one ?? []);
}

async function waiting(
  record: Redistribution,
  watched: WatchedProfile | undefined,
  sources: OverviewSources,
): Promise<WaitingForPerson | null> {
  const computer = await stillFailing(record, watched, sources);
  if (computer === null) return null;
  const { id, profile, computerId, since, history } = record;
  const { name, serialNumber } = computer;
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
