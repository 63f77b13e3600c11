import { isUncharged } from '../../domain/redistribution/safety-limits/common-cause.js';
import type { Redistribution } from '../../domain/redistribution/record.js';
import { rankOf } from '../../domain/redistribution/safety-limits/wait-queue.js';
import type { RedistributionPolicy } from '../../domain/watched.js';
import type { Ports } from '../ports.js';
import { signalRedistribution, type SignalPorts } from './signal.js';
import { placeKeptMs } from './wake-observed.js';

interface ReleasePorts extends SignalPorts {
  redistributions: SignalPorts['redistributions'] & Pick<Ports['redistributions'], 'page' | 'compareAndSet'>;
  limits: Pick<Ports['limits'], 'queue'>;
  now: () => number;
}

const PAGE = 500;

/**
 * Ends the retry delay of Macs whose attempt failed for a common cause, after the circuit breaker was closed. They enter the wait queue
 * first, so that no other Mac starts before them. Returns their number.
 */
export async function releaseUncharged(
  ports: ReleasePorts,
  instance: string,
  profile: string,
  policy: Pick<RedistributionPolicy, 'waits'>,
): Promise<number> {
  const released: Redistribution[] = [];
  for (let cursor: string | undefined, more = true; more;) {
    const page = await ports.redistributions.page(instance, { state: 'retry', profile, cursor, limit: PAGE });
    for (const record of page.redistributions.filter(isUncharged)) {
      const at = ports.now();
      const stored = await ports.redistributions.compareAndSet(record, {
        ...record,
        retryAt: at,
        wakeAt: at,
      });
      if (stored !== null) released.push(stored);
    }
    cursor = page.cursor ?? undefined;
    more = cursor !== undefined;
  }
  const places = released.map((record) => ({ id: record.id, rank: rankOf(record) }));
  if (places.length > 0)
    await ports.limits.queue(instance, profile, places, ports.now() + placeKeptMs(policy));
  for (const record of released) await signalRedistribution(ports, record);
  return released.length;
}
