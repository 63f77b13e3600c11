import { z } from 'zod';
import type { ProfileSecret } from '../../domain/okta/secret.js';
import type { OktaState } from '../../domain/okta/state.js';
import { storedFormat } from '../../json/stored.js';
import { type StoreAccess, unreported } from '../redis/unreadable.js';

/** What the connector to Okta found, for each Jamf Pro server. Contains no secret. */
export interface OktaStore {
  /** Returns the state; `null` before the first read, or if the stored state cannot be read. */
  get(instance: string): Promise<OktaState | null>;
  save(instance: string, state: OktaState): Promise<void>;
  /** Records the challenge of a profile as its seal. The time of a known seal does not change. */
  noteSecret(instance: string, profileId: string, secret: ProfileSecret): Promise<void>;
  /** Returns the recorded challenges, by the ID of the profile in Jamf Pro. */
  secrets(instance: string): Promise<ReadonlyMap<string, ProfileSecret>>;
}

const failure = z
  .object({
    kind: z.enum(['refused', 'not-available', 'limited', 'away']),
    text: z.string(),
    waitMs: z.number().exactOptional(),
  })
  .nullable();
const part = { readAt: z.number().nullable(), failed: failure };
const time = z.number().nullable();

const stateFormat = storedFormat<OktaState>(
  'state of Okta',
  z.object({
    generations: z.array(
      z.object({
        keyId: z.string(),
        authorityId: z.string(),
        family: z.string(),
        rotation: z.string(),
        subject: z.string(),
        createdAt: time,
        expiresAt: time,
      }),
    ),
    configurations: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        url: z.string(),
        challenge: z.string(),
        authorityId: z.string(),
        keyId: z.string(),
        caExpiresAt: time,
        updatedAt: time,
      }),
    ),
    authorities: z.object(part),
    log: z.object({ ...part, cursor: z.string().nullable(), since: z.number() }),
    waitUntil: z.number(),
    resets: z.record(z.string(), z.number()),
    revoked: z.array(
      z.object({
        id: z.string(),
        at: z.number(),
        words: z.array(z.string()),
        computerIds: z.array(z.string()).exactOptional(),
      }),
    ),
    revokedMacs: z.array(
      z.object({ profile: z.string(), computerId: z.string(), computer: z.string(), at: z.number() }),
    ),
    held: z.record(z.string(), z.number()),
  }),
);
const secretFormat = storedFormat<ProfileSecret>(
  'challenge of a profile',
  z.object({ url: z.string(), seal: z.string(), since: z.number() }),
);

/** Creates the store in Redis: one JSON record per Jamf Pro server, and a hash by profile ID. */
export function createOktaStore({ redis, key, report = unreported }: StoreAccess): OktaStore {
  const stateKey = (instance: string) => key(instance, 'okta');
  const secretsKey = (instance: string) => key(instance, 'okta', 'secrets');
  return {
    get: async (instance) => stateFormat.tryRead(await redis.get(stateKey(instance)), instance, report),
    async save(instance, state) {
      await redis.set(stateKey(instance), stateFormat.write(state));
    },
    async noteSecret(instance, profileId, secret) {
      const text = await redis.hget(secretsKey(instance), profileId);
      const known = secretFormat.tryRead(text, profileId, report);
      if (known?.seal === secret.seal && known.url === secret.url) return;
      await redis.hset(secretsKey(instance), profileId, secretFormat.write(secret));
    },
    async secrets(instance) {
      const found = new Map<string, ProfileSecret>();
      for (const [id, text] of Object.entries(await redis.hgetall(secretsKey(instance)))) {
        const secret = secretFormat.tryRead(text, id, report);
        if (secret) found.set(id, secret);
      }
      return found;
    },
  };
}
