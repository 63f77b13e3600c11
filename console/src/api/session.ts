import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isSignedOut, post, read, remove } from './ask.js';
import type { SignedOut, SignInWays, Who } from './answers.js';

export const whoKey = ['who'] as const;

/** Who is signed in; `null` when nobody is. */
export function useWho() {
  return useQuery({
    queryKey: whoKey,
    queryFn: async ({ signal }) => {
      try {
        return await read<Who>('/session', {}, signal);
      } catch (error) {
        if (isSignedOut(error)) return null;
        throw error;
      }
    },
    // The pages notice by themselves when the session has ended.
    refetchInterval: (query) => (query.state.status === 'error' ? 3_000 : false),
    staleTime: Infinity,
  });
}

/** Whether who is signed in may do more than look. The API decides; this only spares a refusal. */
export function useMayAct(): boolean {
  const role = useWho().data?.role;
  return role !== undefined && role !== 'viewer';
}

/** How one can sign in, and why the last time came to nothing. That is told once, so it is read once. */
export function useSignInWays() {
  return useQuery({
    queryKey: ['ways'],
    queryFn: ({ signal }) => read<SignInWays>('/session/ways', {}, signal),
    refetchInterval: (query) => (query.state.status === 'error' ? 3_000 : false),
    staleTime: Infinity,
    gcTime: 0,
  });
}

/** Exchanges an API token for the session cookie. */
export function useSignIn() {
  const enter = useEnter();
  return useMutation({ mutationFn: (token: string) => post<Who>('/session', { token }), onSuccess: enter });
}

/** Exchanges the password of the emergency login for the session cookie. */
export function useBreakGlass() {
  const enter = useEnter();
  return useMutation({
    mutationFn: (given: { name: string; password: string }) => post<Who>('/session/break-glass', given),
    onSuccess: enter,
  });
}

/** Where signing in at the provider begins; who comes back is at the page that is shown now. */
export function providerLink(path: string): string {
  const here = wantsQueues() ? QUEUES : location.pathname + location.search;
  return `${path}?next=${encodeURIComponent(here)}`;
}

const QUEUES = '/queues';

/**
 * Whether somebody wants to be at the queue board, the only place that is not a page of ours: the receiver sends them here to sign in,
 * and so does the provider. Our own page can open it, as the cookie goes along only then.
 */
export function wantsQueues(): boolean {
  return new URLSearchParams(location.search).get('next') === QUEUES;
}

/** To the queue board. */
export function openQueues(): void {
  location.assign(QUEUES);
}

function useEnter(): (who: Who) => void {
  const client = useQueryClient();
  return (who) => {
    // The session before may have ended without signing out, and may have been somebody else's.
    forgetAnswers(client);
    client.setQueryData(whoKey, who);
  };
}

/** Ends the session and forgets everything that was read with it. */
export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => remove<SignedOut>('/session'),
    onSuccess: ({ continueAt }) => {
      // The provider ends its own session, too: otherwise the next one at this screen would be signed in by it.
      if (continueAt !== null) location.assign(continueAt);
    },
    onSettled: () => {
      client.setQueryData(whoKey, null);
      forgetAnswers(client);
    },
  });
}

/** Everything that was read, but who is signed in: the page watches that, and a query that is removed is watched no more. */
function forgetAnswers(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== whoKey[0] });
}
