import { isInFlight, type Redistribution } from '../../../domain/redistribution/record.js';
import { signalRedistribution } from '../signal.js';
import type { StepDeps } from '../deps.js';

/** More than the one place that changed hands: when several are free, each that takes one calls others, until none is left. */
const CALLED = 2;

/**
 * Has the first in line look again, when a redistribution has left its place in flight, or has taken one while others may be free. So
 * those in line may sleep long: what they find when they wake by themselves makes up for a worker that was killed before it called.
 */
export async function wakeNext(
  { limits, redistributions, producers }: Pick<StepDeps, 'limits' | 'redistributions' | 'producers'>,
  before: Redistribution,
  after: Redistribution,
): Promise<void> {
  if (isInFlight(before) === isInFlight(after)) return;
  const { instance, profile } = after;
  for (const id of await limits.firstInLine(instance, profile, CALLED))
    await signalRedistribution({ redistributions, producers }, { instance, id });
}
