import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Config } from '../../config/schema.js';
import type { Profile } from '../../domain/profile.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { Key } from '../redis/keys.js';

/** The watched profiles as far as Jamf has told of both halves, and the names of those it has not yet. */
export interface WatchList {
  watched: readonly WatchedProfile[];
  /** Names (of our configuration) of profiles whose blue or green was never read. Nothing is decided about them. */
  missing: readonly string[];
}

/** What Jamf says of the configuration profiles that are watched, without their payload, which holds a secret. */
export interface ProfileStore {
  save(instance: string, profile: Profile): Promise<void>;
  get(instance: string, id: string): Promise<Profile | null>;
  /** Configuration and what Jamf said, put together: one read of Redis. An instance that is not configured has an empty list. */
  watchedProfiles(instance: string): Promise<WatchList>;
  /**
   * Whether the caller is to read the profiles from Jamf. `mine`: yes, until `settle`, or for `leaseMs`. `busy`: somebody else does.
   * `fresh`: somebody just did.
   */
  claimReading(instance: string, leaseMs: number): Promise<'mine' | 'busy' | 'fresh'>;
  /** The reading is over: for `freshMs` nobody needs to read again; 0 when it failed. */
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
});

/** The profiles in Redis: one hash an instance, JSON by profile id. What is there and not understood counts as never read. */
export function createProfileStore({
  redis,
  key,
  config,
}: {
  redis: Redis;
  key: Key;
  config: Config;
}): ProfileStore {
  const hash = (instance: string) => key(instance, 'profiles');
  const reading = (instance: string) => key(instance, 'profiles', 'reading');
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
      // Parsing drops every field that is not listed above: a payload can never get this far.
      await redis.hset(hash(instance), profile.id, JSON.stringify(storedProfile.parse(profile)));
    },

    async get(instance, id) {
      return read(await redis.hget(hash(instance), id));
    },

    async watchedProfiles(instance) {
      const policies = Object.entries(config.instances[instance]?.profiles ?? {});
      const wanted = policies.flatMap(([, { overlap }]) => [overlap.blue, overlap.green]);
      if (wanted.length === 0) return { watched: [], missing: [] };
      const profiles = new Map<string, Profile | null>();
      (await redis.hmget(hash(instance), ...wanted)).forEach((text, index) => {
        profiles.set(wanted[index] ?? '', read(text));
      });
      const watched = policies.flatMap(([name, policy]) => {
        const blue = profiles.get(policy.overlap.blue);
        const green = profiles.get(policy.overlap.green);
        return blue && green ? [{ instance, name, policy, blue, green }] : [];
      });
      const found = new Set(watched.map(({ name }) => name));
      return { watched, missing: policies.map(([name]) => name).filter((name) => !found.has(name)) };
    },
  };
}

function read(text: string | null | undefined): Profile | null {
  if (text === null || text === undefined) return null;
  const parsed = storedProfile.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
