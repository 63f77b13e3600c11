import type { Config } from '../../config/schema.js';
import type { Overview } from '../../contract/resources/overview.js';
import type { Facts } from '../../domain/health/facts.js';

/** Returns the input of the health rules that the overview contains. Input that it does not contain is empty. */
export function factsOf(
  {
    at,
    instances,
    queues,
    removedInstances,
  }: Pick<Overview, 'at' | 'instances' | 'queues' | 'removedInstances'>,
  config: Config,
): Facts {
  return {
    at,
    webhooksSilentMs: config.notifications.webhooksSilent,
    queues,
    breakGlass: [],
    removedInstances,
    instances: instances.map(({ profiles, redistributions, ...instance }) => ({
      ...instance,
      profiles: profiles.map(({ capacity, ...profile }) => ({
        ...profile,
        caEndsAt: null,
        shortage: capacity?.shortage ? { ...capacity.shortage, chosen: capacity.chosen } : null,
      })),
      needsHuman: redistributions.needAttention,
      waiting: [],
      sweepEveryMs: config.instances[instance.name]?.sweep.changed ?? Infinity,
    })),
  };
}
