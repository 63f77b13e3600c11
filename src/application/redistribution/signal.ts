import type { Redistribution } from '../../domain/redistribution/record.js';
import type { Ports } from '../ports.js';

/** What a signal to a redistribution uses. */
export interface SignalPorts {
  redistributions: Pick<Ports['redistributions'], 'signal'>;
  producers: Pick<Ports['producers'], 'promoteRedistribution'>;
}

/** What a change on behalf of a person uses. */
export interface ChangePorts extends SignalPorts {
  redistributions: Pick<Ports['redistributions'], 'read' | 'compareAndSet' | 'signal'>;
}

/** Signals new facts to a redistribution and ends the delay of its job. */
export async function signalRedistribution(
  { redistributions, producers }: SignalPorts,
  { instance, id }: Pick<Redistribution, 'instance' | 'id'>,
): Promise<void> {
  // The signal comes first: a step that is running and misses the promotion finds the signal when it ends.
  await redistributions.signal(instance, id);
  await producers.promoteRedistribution(instance, id);
}

/** Maximum number of optimistic-lock retries when a worker changes the record at the same time. */
const MAX_TRIES = 10;

/**
 * Changes an open redistribution on behalf of a person, and signals it. `change` returns `null` when the current version cannot be
 * changed any more, and may throw. Returns the stored version; `null` when `change` did so or the record is gone; 'conflict' when a worker
 * changed the record at the same time in ten tries.
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
