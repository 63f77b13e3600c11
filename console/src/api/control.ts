import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PauseAnswer, SweepAnswer } from './answers.js';
import { post } from './client/request.js';

/** Pauses renewals on a Jamf Pro server. The argument of the action is the reason. */
export function usePause(instance: string) {
  return useAction<string, PauseAnswer>((reason) => post('/pause', { reason, instance }));
}

/**
 * Resumes renewals on a Jamf Pro server and closes its open circuit breakers. With `endHold`, also ends its
 * cool-down. The argument of the action is the reason.
 */
export function useResume(instance: string, { endHold }: { endHold: boolean }) {
  return useAction<string, PauseAnswer>((reason) => post('/resume', { reason, instance, endHold }));
}

/** Requests a sweep (a read of the Jamf Pro inventory) outside of its schedule. */
export function useSweep(instance: string) {
  return useAction<'changed' | 'full', SweepAnswer>((what) => post('/sweep', { what, instance }));
}

function useAction<Input, Answer>(send: (input: Input) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: send, onSettled: () => client.invalidateQueries() });
}
