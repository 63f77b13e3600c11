import type { Redistribution } from '../../domain/redistribution/record.js';
import type { Ports } from '../ports.js';
import { emitTransition } from './run/emit-transition.js';

/** The ports that opening a redistribution uses. */
export interface OpenPorts {
  redistributions: Pick<Ports['redistributions'], 'open'>;
  producers: Pick<Ports['producers'], 'startRedistribution'>;
  telemetry: Ports['telemetry'];
}

/**
 * Stores a new redistribution, reports it, calls `beforeStart`, and adds its job. The store allows only one open
 * redistribution per Mac and profile. If another one is already open, `opened` is false and `record` is that
 * redistribution.
 */
export async function openAndStart(
  { redistributions, producers, telemetry }: OpenPorts,
  fresh: Redistribution,
  beforeStart?: (record: Redistribution) => Promise<void>,
): Promise<{ opened: boolean; record: Redistribution }> {
  const result = await redistributions.open(fresh);
  if (!result.opened) return result;
  const { record } = result;
  await emitTransition(telemetry, null, record, null);
  await beforeStart?.(record);
  await producers.startRedistribution(record.instance, record.id);
  return result;
}
