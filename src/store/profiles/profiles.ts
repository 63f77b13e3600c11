import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Config } from '../../config/schema.js';
import { profileIdsOf } from '../../config/sections/profile.js';
import type { ChosenCapacity } from '../../domain/capacity/chosen.js';
import { sized } from '../../domain/capacity/sized.js';
import { groupsOf } from '../../domain/groups/group-roles.js';
import type { Profile } from '../../domain/profile.js';
import type { WatchedProfile } from '../../domain/watched.js';
import { type ReportUnreadable, storedFormat } from '../../json/stored.js';
import type { Key } from '../redis/keys.js';
import { unreported } from '../redis/unreadable.js';

/** The watched profiles that have been read from Jamf Pro, and the names of those that have not been read yet. */
export interface WatchList {
  watched: readonly WatchedProfile[];
  /**
   * Configured names of watched profiles of which the blue or the green profile has never been read. No Macs are
   * assessed for them.
   */
  missing: readonly string[];
  /** Configured profile IDs that do not exist in Jamf Pro. */
  gone?: readonly string[];
}

/** Stores the watched profiles as read from Jamf Pro, without their payloads, which contain a secret. */
export interface ProfileStore {
  save(instance: string, profile: Profile): Promise<void>;
  get(instance: string, id: string): Promise<Profile | null>;
  /** Stores whether a group of a watched profile is a smart group. */
  saveGroup(instance: string, group: { id: string; smart: boolean }): Promise<void>;
  /**
   * Records that Jamf Pro has no profile with this ID, until `save` is called. The stored version of the profile
   * stays in use.
   */
  noteGone(instance: string, id: string): Promise<void>;
  /** Stores the capacity that Recert chose for a watched profile. */
  saveCapacity(instance: string, profile: string, chosen: ChosenCapacity): Promise<void>;
  /**
   * Publishes the configured modes to all processes, which read them with `watchedProfiles`. A worker calls this when
   * it starts.
   */
  publishModes(): Promise<void>;
  /**
   * Combines the configuration with the stored profiles, the chosen capacity and the published modes, in one round
   * trip. The published modes are the modes of the worker that started last. A profile that this worker observes
   * is in observe mode in every process, even if this process has an older configuration. Returns no profiles for a Jamf Pro
   * server that is not configured.
   */
  watchedProfiles(instance: string): Promise<WatchList>;
  /**
   * Acquires the lease to read the profiles from Jamf Pro. `mine`: the calling code must read them, and holds the
   * lease until `settleReading` or for `leaseMs` milliseconds. `busy`: another process is reading. `fresh`: the
   * profiles were read recently.
   */
  claimReading(instance: string, leaseMs: number): Promise<'mine' | 'busy' | 'fresh'>;
  /** Ends the lease. The profiles count as recently read for `freshMs` milliseconds; pass 0 when they could not be read. */
  settleReading(instance: string, freshMs: number): Promise<void>;
}

const ids = z.array(z.string());
const targets = { computerIds: ids, groupIds: ids, departments: ids, buildings: ids };

const storedProfile = z.object({
  id: z.string(),
  name: z.string(),
  identifier: z.string(),
  level: z.enum(['System', 'User']),
  scope: z.object({ allComputers: z.boolean(), ...targets, exclusions: z.object(targets) }),
  subject: z.array(z.tuple([z.string(), z.string()])).optional(),
  redistributeDays: z.number().optional(),
  scopeEmptySince: z.number().optional(),
  emptiedGroups: z.object({ ids, since: z.number(), isAccepted: z.boolean() }).optional(),
});

const format = storedFormat<Profile>('profile', storedProfile);
const capacityFormat = storedFormat<ChosenCapacity>(
  'capacity',
  z.object({
    at: z.number(),
    hourlyCap: z.int(),
    inFlight: z.int(),
    caLimit: z.int(),
    leads: z.array(z.object({ day: z.int(), days: z.number() })),
    why: z.array(z.string()),
    shortage: z.object({ at: z.number(), computers: z.int(), neededCaLimit: z.int().nullable() }).nullable(),
  }),
);

/**
 * Creates the store in Redis: one hash per Jamf Pro server, with JSON by profile ID. A profile that cannot be parsed
 * counts as never read.
 */
export function createProfileStore({
  redis,
  key,
  config,
  report = unreported,
}: {
  redis: Redis;
  key: Key;
  config: Config;
  report?: ReportUnreadable;
}): ProfileStore {
  const hash = (instance: string) => key(instance, 'profiles');
  const capacity = (instance: string) => key(instance, 'profiles', 'capacity');
  const reading = (instance: string) => key(instance, 'profiles', 'reading');
  const modes = (instance: string) => key(instance, 'profiles', 'modes');
  return {
    async claimReading(instance, leaseMs) {
      if ((await redis.set(reading(instance), 'busy', 'PX', leaseMs, 'NX')) === 'OK') return 'mine';
      return (await redis.get(reading(instance))) === 'fresh' ? 'fresh' : 'busy';
    },

    async settleReading(instance, freshMs) {
      if (freshMs > 0) await redis.set(reading(instance), 'fresh', 'PX', Math.ceil(freshMs));
      else await redis.del(reading(instance));
    },

    async save(instance, profile) {
      // Parsing removes every field that is not in the schema, so a payload is never stored.
      await redis.hset(hash(instance), profile.id, format.write(storedProfile.parse(profile)));
      await redis.hdel(hash(instance), goneField(profile.id));
    },

    async noteGone(instance, id) {
      await redis.hset(hash(instance), goneField(id), '1');
    },

    async saveGroup(instance, { id, smart }) {
      await redis.hset(hash(instance), groupField(id), smart ? 'smart' : 'static');
    },

    async saveCapacity(instance, profile, chosen) {
      await redis.hset(capacity(instance), profile, capacityFormat.write(chosen));
    },

    async get(instance, id) {
      return format.tryRead(await redis.hget(hash(instance), id), id, report);
    },

    async publishModes() {
      for (const [instance, { profiles }] of Object.entries(config.instances)) {
        const published = Object.entries(profiles).flatMap(([name, { mode }]) => [name, mode]);
        if (published.length > 0) await redis.hset(modes(instance), published);
      }
    },

    watchedProfiles: (instance) =>
      readWatchedProfiles(
        { redis, config, report },
        { hash: hash(instance), modes: modes(instance), capacity: capacity(instance) },
        instance,
      ),
  };
}

interface ReadOptions {
  redis: Redis;
  config: Config;
  report: ReportUnreadable;
}

async function readWatchedProfiles(
  { redis, config, report }: ReadOptions,
  { hash, modes, capacity }: { hash: string; modes: string; capacity: string },
  instance: string,
): ReturnType<ProfileStore['watchedProfiles']> {
  const policies = Object.entries(config.instances[instance]?.profiles ?? {});
  const wanted = policies.flatMap(([, policy]) => profileIdsOf(policy));
  if (wanted.length === 0) return { watched: [], missing: [] };
  const groups = policies.flatMap(([, policy]) => groupsOf(policy).map(([, id]) => id));
  const names = policies.map(([name]) => name);
  const [stored, published, capacities] = await Promise.all([
    redis.hmget(hash, ...wanted, ...groups.map(groupField), ...wanted.map(goneField)),
    redis.hmget(modes, ...names),
    redis.hmget(capacity, ...names),
  ]);
  const smartGroups = groups.filter((_, index) => stored[wanted.length + index] === 'smart');
  const profiles = new Map<string, Profile | null>();
  wanted.forEach((id, index) => profiles.set(id, format.tryRead(stored[index], id, report)));
  const gone = wanted.filter((_, index) => stored[wanted.length + groups.length + index]);
  const watched = policies.flatMap(([name, configured], index) => {
    // A capacity that cannot be read counts as not chosen yet. The next full sweep chooses it again.
    const chosen = capacityFormat.tryRead(capacities[index], name, report);
    const isObserved = published[index] === 'observe';
    const policy = sized(isObserved ? { ...configured, mode: 'observe' as const } : configured, chosen);
    const blue = profiles.get(policy.profile);
    const green = policy.overlap ? profiles.get(policy.overlap.green) : null;
    return blue && (green ?? !policy.overlap)
      ? [
          {
            instance,
            name,
            policy,
            blue,
            green: green ?? null,
            smartGroups,
            gone: gone.filter((id) => profileIdsOf(policy).includes(id)),
            chosen,
          },
        ]
      : [];
  });
  const found = new Set(watched.map(({ name }) => name));
  return { watched, missing: names.filter((name) => !found.has(name)), gone };
}

/** Returns the field of a group in the hash of the profiles, in which the field of a profile is its decimal ID. */
function groupField(id: string): string {
  return `group/${id}`;
}

/** Returns the field that marks a profile as missing in Jamf Pro, in the same hash. */
function goneField(id: string): string {
  return `gone/${id}`;
}
