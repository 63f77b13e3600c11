import { useQuery } from '@tanstack/react-query';
import type { ProfileAudit, ProfileList } from './answers.js';
import { read } from './client/request.js';

/** Refresh interval of the profile check. The server repeats the check only with each full sweep. */
const REFRESH_MS = 15_000;

/** The Jamf Pro profiles of all monitored profiles: each monitored profile has a blue and a green half. */
export function useProfiles(instance: string) {
  return useQuery({
    queryKey: ['profiles', instance],
    queryFn: ({ signal }) => read<ProfileList>('/profiles', { instance }, signal),
    refetchInterval: REFRESH_MS,
  });
}

/** Result of the profile check for one Jamf Pro profile. */
export function useProfileAudit(instance: string, id: string) {
  return useQuery({
    queryKey: ['profile-audit', instance, id],
    queryFn: ({ signal }) =>
      read<ProfileAudit>(`/profiles/${encodeURIComponent(id)}/audit`, { instance }, signal),
    refetchInterval: REFRESH_MS,
  });
}
