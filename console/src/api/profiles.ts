import { useQuery } from '@tanstack/react-query';
import type { ProfileAudit, ProfileList } from './answers.js';
import { read } from './client/request.js';

/**
 * How often the results of the profile check are read, milliseconds. The server repeats the check only with each
 * full sweep.
 */
const REFRESH_MS = 15_000;

/** Reads the Jamf Pro profiles of all watched profiles. A watched profile has a blue and a green profile in Jamf Pro. */
export function useProfiles(instance: string) {
  return useQuery({
    queryKey: ['profiles', instance],
    queryFn: ({ signal }) => read<ProfileList>('/profiles', { instance }, signal),
    refetchInterval: REFRESH_MS,
  });
}

/** Reads the result of the profile check for one Jamf Pro profile. */
export function useProfileAudit(instance: string, id: string) {
  return useQuery({
    queryKey: ['profile-audit', instance, id],
    queryFn: ({ signal }) =>
      read<ProfileAudit>(`/profiles/${encodeURIComponent(id)}/audit`, { instance }, signal),
    refetchInterval: REFRESH_MS,
  });
}
