import { isInCanary, isInFlight, type Redistribution } from '../../../domain/redistribution/record.js';
import { type SignalPorts, signalRedistribution } from '../signal.js';
import type { StepDeps } from '../deps.js';

/**
 * Number of redistributions that are woken at a time, although capacity for only one may be free. If more capacity is
 * free, each redistribution that starts wakes others, until no capacity is left.
 */
const CALLED = 2;

interface WakeNextPorts extends SignalPorts {
  limits: Pick<StepDeps['limits'], 'firstInLine'>;
}

/**
 * Wakes the first redistributions in the wait queue after a redistribution has ended, or has started while more
 * capacity may be free. Waiting redistributions therefore need only long delays. They also run after the delay, in
 * case a worker was killed before it woke them.
 */
export async function wakeNext(
  { limits, redistributions, producers }: WakeNextPorts,
  before: Redistribution,
  after: Redistribution,
): Promise<void> {
  if (isInFlight(before) === isInFlight(after) && isInCanary(before) === isInCanary(after)) return;
  await wakeFirst({ limits, redistributions, producers }, after.instance, after.profile);
}

/** Wakes the first redistributions in the wait queue. */
export async function wakeFirst(
  { limits, redistributions, producers }: WakeNextPorts,
  instance: string,
  profile: string,
): Promise<void> {
  for (const id of await limits.firstInLine(instance, profile, CALLED))
    await signalRedistribution({ redistributions, producers }, { instance, id });
}
