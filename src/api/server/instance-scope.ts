import type { Principal } from '../../contract/roles.js';
import type { ApiServices } from './services.js';

/**
 * The services as somebody may use them: whose token is for some Jamf Pro servers finds no others in the configuration, and so whatever
 * goes by it (lists, "all of them", what is named) ends there.
 */
export function scopedTo({ instances }: Principal, services: ApiServices): ApiServices {
  if (instances === null) return services;
  const { config } = services;
  const own = Object.entries(config.instances).filter(([name]) => instances.includes(name));
  return { ...services, config: { ...config, instances: Object.fromEntries(own) } };
}
