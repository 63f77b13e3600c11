import type { Redistribution } from '../../domain/redistribution/record.js';
import type { Ports } from '../ports.js';

/** The ports that signaling a redistribution uses. */
export interface SignalPorts {
  redistributions: Pick<Ports['redistributions'], 'signal'>;
  producers: Pick<Ports['producers'], 'promoteRedistribution'>;
}

/** The ports that a change on behalf of a user uses. */
export interface ChangePorts extends SignalPorts {
  redistributions: Pick<Ports['redistributions'], 'read' | 'compareAndSet' | 'signal'>;
}

/** Signals a redistribution that there is new data, and ends the delay of its job. */
export async function signalRedistribution(
  { redistributions, producers }: SignalPorts,
  { instance, id }: Pick<Redistribution, 'instance' | 'id'>,
): Promise<void> {
  // The signal must be stored first. A running job cannot be promoted, but it checks for a signal when it ends.
  await redistributions.signal(instance, id);
  await producers.promoteRedistribution(instance, id);
}

/** Maximum number of attempts when a worker changes the record at the same time. */
const MAX_TRIES = 10;

/**
 * Changes an open redistribution on behalf of a user, and signals it. `change` returns `null` if the current version
 * can no longer be changed, and may throw. Returns the stored version; `null` if `change` returned `null` or the
 * record no longer exists; 'conflict' if a worker changed the record at the same time in each of ten attempts.
 */
export async function changeAndSignal(
  ports: ChangePorts,
  record: Redistribution,
  change: (current: Redistribution) => Redistribution | null,
): Promise<Redistribution | null | 'conflict'> {
  const { redistributions } = ports;
  let current: Redistribution | null = record;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const next = current && change(current);
    if (current === null || next === null) return null;
    const stored = await redistributions.compareAndSet(current, next);
    if (stored) {
      await signalRedistribution(ports, stored);
      return stored;
    }
    current = await redistributions.read(record.instance, record.id);
  }
  return 'conflict';
}
