import type { HeldLease, Ports } from '../ports.js';

/** A Jamf Pro server that is no longer configured, although Recert has Macs in an exclusion group there. */
export interface RemovedInstance {
  instance: string;
  /** The Macs without a profile, the one that has been excluded longest first. */
  excluded: readonly Pick<HeldLease, 'computerId' | 'groupId' | 'at'>[];
}

/** What finding them uses. */
export interface RemovedInstanceDeps {
  leases: Pick<Ports['leases'], 'all' | 'instances' | 'forgetInstance'>;
  config: { instances: Readonly<Record<string, unknown>> };
}

/**
 * Finds servers that were removed from the configuration while Macs were excluded. No process can restore these Macs any more, because
 * it has no credentials of their server. A removed server without excluded Macs is forgotten.
 */
export async function removedInstances({
  leases,
  config,
}: RemovedInstanceDeps): Promise<readonly RemovedInstance[]> {
  const known = await leases.instances();
  const removed = known.filter((instance) => config.instances[instance] === undefined);
  const found = await Promise.all(
    removed.map(async (instance) => {
      const held = (await leases.all(instance)).toSorted((a, b) => a.at - b.at);
      if (held.length === 0) await leases.forgetInstance(instance);
      return { instance, excluded: held };
    }),
  );
  return found.filter(({ excluded }) => excluded.length > 0);
}

/** Number of Macs that a text names. */
const NAMED = 10;

/** What is wrong and how to finish, for one server. */
export function textOfRemoved({ instance, excluded }: RemovedInstance): string {
  const names = excluded.slice(0, NAMED).map(({ computerId, groupId }) => `${computerId} (group ${groupId})`);
  const more = excluded.length > NAMED ? ` and ${excluded.length - NAMED} more` : '';
  return `instance ${instance} is not in the configuration any more, but Recert has Macs in its exclusion group, which have no profile: computer ${names.join(', ')}${more}. Put the instance back into the configuration, wait until \`recert status\` shows no excluded Mac, and remove the instance then. If the server no longer exists, delete the leases: redis-cli DEL with the key that ends in :${instance}:redistributions:leases`;
}

/** A process must not start: it would leave Macs without a profile, and nothing would tell. */
export class RemovedInstanceError extends Error {
  constructor(removed: readonly RemovedInstance[]) {
    super(removed.map(textOfRemoved).join(' '));
    this.name = 'RemovedInstanceError';
  }
}

/** The check of `/readyz`: a problem as text, or `null`. Redis has a separate check. */
export async function checkInstances(deps: RemovedInstanceDeps): Promise<string | null> {
  const removed = await removedInstances(deps).catch(() => []);
  return removed.length === 0 ? null : removed.map(textOfRemoved).join(' ');
}
