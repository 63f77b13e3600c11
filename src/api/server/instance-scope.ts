import type { Principal } from '../../contract/roles.js';
import type { ApiServices } from './services.js';

/**
 * Restricts the services to the Jamf Pro servers that the user or client may access. The other servers are removed
 * from the configuration, from which handlers take all server names (lists, "all servers", names in requests).
 */
export function restrictToInstances({ instances }: Principal, services: ApiServices): ApiServices {
  if (instances === null) return services;
  const { config } = services;
  const own = Object.entries(config.instances).filter(([name]) => instances.includes(name));
  return { ...services, config: { ...config, instances: Object.fromEntries(own) } };
}
