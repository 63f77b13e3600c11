import { createRandom } from '../random.js';
import type { Distribution } from '../mdm/distribution.js';
import type { Profile } from '../model.js';
import { WorldError } from '../refusal.js';
import type { Profiles, ProfileSettings } from '../contracts/scoping.js';
import { changeScep, readScep } from './payload.js';
import { emptyScope } from './scope.js';
import type { ScopeTracker } from './tracker.js';

/** Dependencies of the configuration profiles. */
export interface ProfilesContext {
  seed: number | string;
  tracker: ScopeTracker;
  distribution: Pick<Distribution, 'redeploy' | 'complete'>;
}

/** The profiles with the operations that are internal to the world. */
export interface ProfileStore extends Profiles {
  /** Adds a profile when the world is created. */
  seed(profile: Omit<Profile, 'scep'>): void;
  /** Sets the URL of all SCEP profiles whose current URL ends with `path`. */
  moveScep(path: string, url: string): void;
}

/** Creates the collection of profiles, which is empty at first. */
export function createProfiles({ seed, tracker, distribution }: ProfilesContext): ProfileStore {
  const random = createRandom(seed, 'profiles');
  const profiles = new Map<number, Profile>();
  let lastId = 0;

  const need = (id: number) => {
    const profile = profiles.get(id);
    if (!profile) throw new WorldError('not-found', `there is no configuration profile ${id}`);
    return profile;
  };
  const byName = (name: string) => [...profiles.values()].find((one) => one.name === name);
  const refuseDuplicate = (name: string | undefined, ownId?: number) => {
    const other = name === undefined ? undefined : byName(name);
    if (other && other.id !== ownId) throw new WorldError('duplicate-name', 'Duplicate name');
  };
  const create = (settings: ProfileSettings & { name: string }) => {
    refuseDuplicate(settings.name);
    const { uuid } = settings;
    // Macs identify a profile by its UUID, so a copy of an existing profile gets a new UUID.
    const taken = [...profiles.values()].some((one) => one.uuid === uuid);
    const own = uuid === undefined || taken ? random.uuid().toUpperCase() : uuid;
    const profile = newProfile((lastId += 1), own, settings);
    profiles.set(profile.id, profile);
    tracker.refreshProfile(profile);
    return profile;
  };

  return {
    all: () => [...profiles.values()],
    get: (id) => profiles.get(id),
    byName,
    create,
    update: (id, { payloads, scope, ...rest }) => {
      const profile = need(id);
      refuseDuplicate(rest.name, id);
      if (payloads !== undefined) setPayloads(profile, payloads);
      const given = Object.entries<unknown>(rest).filter(([, value]) => value !== undefined);
      Object.assign(profile, Object.fromEntries(given));
      if (scope) {
        profile.scope = structuredClone(scope);
        tracker.refreshProfile(profile);
      }
      // After a change from Self Service to Install Automatically, Macs in scope without the profile get it.
      if (rest.distributionMethod) {
        for (const one of tracker.scopeOf(id)) distribution.complete(profile, one);
      }
      return profile;
    },
    delete: (id) => {
      const profile = need(id);
      profiles.delete(id);
      tracker.removeProfile(profile);
    },
    inScope: (profileId, computerId) => tracker.scopeOf(profileId).has(computerId),
    scopeOf: (profileId) => tracker.scopeOf(profileId),
    redeployAll: (id) => {
      const profile = need(id);
      return [...tracker.scopeOf(id)].filter((one) => distribution.redeploy(profile, one)).length;
    },
    setChallenge: (id, challenge) => {
      const profile = need(id);
      setPayloads(profile, changeScep(profile.payloads, { challenge }));
    },
    seed: ({ payloads, ...profile }) => {
      const stored: Profile = { ...profile, payloads, scep: null };
      setPayloads(stored, payloads);
      profiles.set(stored.id, stored);
      lastId = Math.max(lastId, stored.id);
      tracker.refreshProfile(stored);
    },
    moveScep: (path, url) => {
      for (const profile of profiles.values()) {
        if (!profile.scep?.url.endsWith(path)) continue;
        setPayloads(profile, changeScep(profile.payloads, { url }));
      }
    },
  };
}

function setPayloads(profile: Profile, payloads: string): void {
  profile.scep = payloads === '' ? null : readScep(payloads);
  profile.payloads = payloads;
}

function newProfile(id: number, uuid: string, settings: ProfileSettings & { name: string }): Profile {
  const { scope = emptyScope(), payloads = '' } = settings;
  const profile: Profile = {
    description: '',
    level: 'System',
    distributionMethod: 'Install Automatically',
    userRemovable: false,
    redistributeDays: 0,
    ...settings,
    id,
    uuid,
    scope: structuredClone(scope),
    payloads: '',
    scep: null,
  };
  setPayloads(profile, payloads);
  return profile;
}
