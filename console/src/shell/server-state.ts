import type { InstanceOverview, Overview } from '../api/answers.js';
import type { Tone } from '../components/status/states.js';

/** What the header says about a Jamf Pro server. */
export interface ServerState {
  tone: Tone;
  label: string;
  title: string;
}

/**
 * Returns the one state of a Jamf Pro server that matters most: what stops all renewals comes before what stops new
 * ones, and both come before the mode.
 */
export function serverState(instance: InstanceOverview, queues: Overview['queues']): ServerState {
  const { paused, profiles } = instance;
  if (queues.some(({ name, workers }) => name === 'redistribute' && workers === 0))
    return {
      tone: 'bad',
      label: 'No worker',
      title: 'No worker process is connected. Nothing is renewed until a worker is started.',
    };
  if (paused) return { tone: 'late', label: 'Paused', title: `Paused by ${paused.by}: ${paused.reason}` };
  if (profiles.length === 0)
    return { tone: 'quiet', label: 'Not configured', title: 'No profile is watched on this server.' };
  const acting = profiles.filter(({ mode }) => mode === 'act');
  const breaker = acting.find((profile) => profile.breaker !== null)?.breaker;
  if (breaker)
    return { tone: 'bad', label: 'Renewals stopped', title: `Circuit breaker open: ${breaker.text}` };
  const hold = acting.find((profile) => profile.hold !== null)?.hold;
  if (hold) return { tone: 'late', label: 'Renewals on hold', title: hold.text };
  if (acting.length === 0)
    return {
      tone: 'held',
      label: 'Observe mode',
      title: 'Observe mode: Recert plans renewals but writes nothing to Jamf Pro.',
    };
  return {
    tone: 'move',
    label:
      acting.length < profiles.length
        ? `Active for ${acting.length} of ${profiles.length} profiles`
        : 'Active',
    title: 'Act mode: Recert renews certificates automatically when they are due.',
  };
}
