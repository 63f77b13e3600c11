import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PauseAnswer, SweepAnswer } from './answers.js';
import { post } from './ask.js';

/** Stops writing to a Jamf Pro server, with a reason. */
export function usePause(instance: string) {
  return useSwitch<string, PauseAnswer>((reason) => post('/pause', { reason, instance }));
}

/** Goes on, and closes the breakers that are open. */
export function useResume(instance: string) {
  return useSwitch<string, PauseAnswer>((reason) => post('/resume', { reason, instance }));
}

/** Asks for a sweep outside its schedule. */
export function useSweep(instance: string) {
  return useSwitch<'changed' | 'full', SweepAnswer>((what) => post('/sweep', { what, instance }));
}

function useSwitch<Asked, Answer>(turn: (asked: Asked) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: turn, onSettled: () => client.invalidateQueries() });
}
