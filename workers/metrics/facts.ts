import type { Redis } from 'ioredis';
import type { Overview } from '../../src/contract/resources/overview.js';
import type { QueueName } from '../../src/contract/queue-names.js';
import type { ForecastFleet } from '../../src/application/fleet/forecast-fleet.js';
import { findFailing } from '../../src/application/fleet/failures.js';
import { overviewOf, type OverviewSources } from '../../src/application/fleet/overview.js';
import type { InstanceConfig } from '../../src/config/sections/instance.js';
import { profileIdsOf } from '../../src/config/sections/profile.js';
import { findingsOf } from '../../src/domain/audit/report.js';
import { BLOCK_REASONS, type BlockReason, type State } from '../../src/domain/redistribution/record.js';
import type { QueueAges } from '../../src/queues/queue-ages.js';
import { keysUnder } from '../../src/store/redis/keys.js';
import { readMemory, type RedisMemory } from '../../src/store/redis/memory.js';
import { slotsInUse } from '../../src/store/slots/slots.js';
import type { FleetReader } from './fleet-reader.js';

/** Sources of the fleet metrics. */
export interface FactSources extends OverviewSources {
  redis: Redis;
  queueAges: () => Promise<Readonly<Record<QueueName, QueueAges>>>;
}

type InstanceOverview = Overview['instances'][number];

/** The facts about one Jamf Pro server. */
export interface ServerFacts {
  name: string;
  settings: InstanceConfig;
  overview: InstanceOverview;
  profiles: readonly ProfileFacts[];
  /** For each state, the time at which the redistribution that has been in it for the longest time entered it. */
  oldest: Partial<Record<State, number>>;
  blocked: Readonly<Record<BlockReason, number>>;
  /** Start of the oldest exclusion; `null` without an exclusion. */
  excludedSince: number | null;
  connections: number;
}

/** The facts about one watched profile. `fleet`: `null` until the certificates of the fleet were read. */
export interface ProfileFacts {
  name: string;
  overview: InstanceOverview['profiles'][number];
  used: { hourly: number; inFlight: number };
  /** Number of redistributions that need attention, as in the overview. */
  needAttention: number;
  fleet: ForecastFleet | null;
  /** Number of findings of the profile check, by ID of the profile in Jamf Pro. */
  findings: readonly { profileId: string; severity: 'error' | 'warning'; count: number }[];
}

/** Everything that the figures of the fleet show, read at one time. */
export interface Facts {
  at: number;
  overview: Overview;
  servers: readonly ServerFacts[];
  ages: Readonly<Record<QueueName, QueueAges>>;
  memory: RedisMemory;
}

/** Reads the facts. The number of reads per watched profile is limited, except for the certificates (`createFleetReader`). */
export async function readFacts(sources: FactSources, fleetOf: FleetReader): Promise<Facts> {
  const [overview, ages, memory] = await Promise.all([
    overviewOf(sources),
    sources.queueAges(),
    readMemory(sources.redis),
  ]);
  const servers = await Promise.all(
    overview.instances.flatMap((instance) => {
      const settings = sources.config.instances[instance.name];
      return settings ? [serverFacts(sources, settings, { overview: instance, fleetOf })] : [];
    }),
  );
  return { at: overview.at, overview, servers, ages, memory };
}

async function serverFacts(
  sources: FactSources,
  settings: InstanceConfig,
  { overview, fleetOf }: { overview: InstanceOverview; fleetOf: FleetReader },
): Promise<ServerFacts> {
  const { redis, config, redistributions, leases } = sources;
  const { name } = overview;
  const { watched } = await sources.profiles.watchedProfiles(name);
  const { failing } = await findFailing(name, sources);
  const [oldest, blocked, held, connections, profiles] = await Promise.all([
    redistributions.oldest(name),
    Promise.all(
      BLOCK_REASONS.map(
        async (reason) => [reason, (await redistributions.blockedFor(name, reason))?.count ?? 0] as const,
      ),
    ),
    leases.all(name),
    slotsInUse({ redis, key: keysUnder(config.redis.prefix) }, name),
    Promise.all(
      overview.profiles.map(async (profile) => {
        const read = watched.find((one) => one.name === profile.name);
        return {
          name: profile.name,
          overview: profile,
          needAttention: failing.filter((one) => one.profile === profile.name && one.state === 'needs-human')
            .length,
          used: await sources.limits.used(name, profile.name, sources.now()),
          fleet: read ? await fleetOf(read, overview.fullSweep?.finishedAt ?? null) : null,
          findings: await profileFindings(sources, name, settings.profiles[profile.name]),
        };
      }),
    ),
  ]);
  const since = Math.min(...held.map(({ at }) => at));
  return {
    name,
    settings,
    overview,
    profiles,
    oldest,
    blocked: Object.fromEntries(blocked) as Record<BlockReason, number>,
    excludedSince: since === Infinity ? null : since,
    connections,
  };
}

async function profileFindings(
  { profileAudits }: FactSources,
  instance: string,
  policy: InstanceConfig['profiles'][string] | undefined,
): Promise<ProfileFacts['findings']> {
  if (!policy) return [];
  const found = await Promise.all(
    profileIdsOf(policy).map(async (profileId) => {
      const report = await profileAudits.get(instance, profileId);
      if (!report) return [];
      const all = findingsOf(report);
      return (['error', 'warning'] as const).map((severity) => ({
        profileId,
        severity,
        count: all.filter((finding) => finding.severity === severity).length,
      }));
    }),
  );
  return found.flat();
}
