import type { Profile } from '../domain/profile.js';
import type { WatchedProfile } from '../domain/watched.js';

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
  /** Configuration and what Jamf said, put together. An instance that is not configured has an empty list. */
  watchedProfiles(instance: string): Promise<WatchList>;
}
