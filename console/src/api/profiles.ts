import { useQuery } from '@tanstack/react-query';
import type { ProfileAudit, ProfileList } from './answers.js';
import { read } from './ask.js';

/** The audit is renewed with every sweep of the whole fleet: no need to look often. */
const AUDIT_MS = 15_000;

/** The profiles in Jamf that are halves of a watched one. */
export function useProfiles(instance: string) {
  return useQuery({
    queryKey: ['profiles', instance],
    queryFn: ({ signal }) => read<ProfileList>('/profiles', { instance }, signal),
    refetchInterval: AUDIT_MS,
  });
}

/** What the audit says of one of them. */
export function useProfileAudit(instance: string, id: string) {
  return useQuery({
    queryKey: ['profile-audit', instance, id],
    queryFn: ({ signal }) =>
      read<ProfileAudit>(`/profiles/${encodeURIComponent(id)}/audit`, { instance }, signal),
    refetchInterval: AUDIT_MS,
  });
}
