import { letGo } from '../../domain/redistribution/let-go.js';
import type { HeldLease, Ports } from '../ports.js';

/** A Jamf Pro server that was removed from the configuration before Recert finished its work there. */
export interface RemovedInstance {
  instance: string;
  /** The excluded Macs, which do not have the profile. The Mac that was excluded first comes first. */
  excluded: readonly Pick<HeldLease, 'id' | 'computerId' | 'groupId' | 'at'>[];
  /** Number of open redistributions. With `overlap`, their Macs may keep both profiles. */
  open: number;
}

/** Dependencies of `removedInstances`. */
export interface RemovedInstanceDeps {
  leases: Pick<Ports['leases'], 'all' | 'instances' | 'forgetInstance'>;
  redistributions: Pick<Ports['redistributions'], 'counts'>;
  config: { instances: Readonly<Record<string, unknown>> };
}

/**
 * Finds servers that were removed from the configuration while Macs were excluded or redistributions were open.
 * Recert has no credentials for such a server any more, so it can neither remove the Macs from the exclusion group
 * nor finish the redistributions. The records of other removed servers are deleted.
 */
export async function removedInstances({
  leases,
  redistributions,
  config,
}: RemovedInstanceDeps): Promise<readonly RemovedInstance[]> {
  const known = await leases.instances();
  const removed = known.filter((instance) => config.instances[instance] === undefined);
  const found = await Promise.all(
    removed.map(async (instance) => {
      const [held, { open }] = await Promise.all([leases.all(instance), redistributions.counts(instance)]);
      if (held.length + open === 0) await leases.forgetInstance(instance);
      return { instance, excluded: held.toSorted((a, b) => a.at - b.at), open };
    }),
  );
  return found.filter(({ excluded, open }) => excluded.length + open > 0);
}

/**
 * Forgets a removed server: closes its redistributions and deletes its leases, without a change in Jamf Pro. Returns
 * the numbers of both. A record that another process changes at the same time, or that cannot be read, stays open;
 * call the function again in this case.
 */
export async function forgetRemoved(
  {
    leases,
    redistributions,
    now,
  }: {
    leases: Pick<Ports['leases'], 'drop' | 'forgetInstance'>;
    redistributions: Pick<Ports['redistributions'], 'openIds' | 'readMany' | 'compareAndSet' | 'counts'>;
    now: () => number;
  },
  { instance, excluded }: RemovedInstance,
  { by, reason }: { by: string; reason: string },
): Promise<{ instance: string; closed: number; excluded: number; left: number }> {
  let closed = 0;
  let cursor = '0';
  do {
    const page = await redistributions.openIds(instance, cursor);
    cursor = page.cursor;
    for (const record of await redistributions.readMany(instance, page.ids)) {
      if (record.closedAt !== null) continue;
      const stored = await redistributions.compareAndSet(record, letGo(record, { by, reason, at: now() }));
      if (stored !== null) closed += 1;
    }
  } while (cursor !== '0');
  for (const { id } of excluded) await leases.drop(instance, id);
  const { open: left } = await redistributions.counts(instance);
  if (left === 0) await leases.forgetInstance(instance);
  return { instance, closed, excluded: excluded.length, left };
}

/** Maximum number of Macs that a text lists. */
const NAMED = 10;

/** Returns a text that says what is wrong on one server, and how the operator can restore the Macs or forget the server. */
export function textOfRemoved({ instance, excluded, open }: RemovedInstance): string {
  const names = excluded.slice(0, NAMED).map(({ computerId, groupId }) => `${computerId} (group ${groupId})`);
  const more = excluded.length > NAMED ? ` and ${excluded.length - NAMED} more` : '';
  const facts = [
    ...(excluded.length === 0
      ? []
      : [
          `Macs are still in an exclusion group, where they have no profile: computer ${names.join(', ')}${more}`,
        ]),
    ...(open === 0
      ? []
      : [`${open} redistributions are open there, and their Macs stay in their current groups`]),
  ];
  return `instance ${instance} is not in the configuration any more, but ${facts.join('; ')}. Put the instance back into the configuration, wait until \`recert status\` shows nothing in progress and no excluded Mac, and remove the instance then. If the server no longer exists, run \`recert forget ${instance}\``;
}

/** Thrown when a process must not start, because Macs would stay without a profile and no process would report it. */
export class RemovedInstanceError extends Error {
  constructor(removed: readonly RemovedInstance[]) {
    super(removed.map(textOfRemoved).join(' '));
    this.name = 'RemovedInstanceError';
  }
}

/**
 * Returns the removed servers with excluded Macs, which have no profile. While there is such a server, workers do not
 * start and `/readyz` fails. Returns none while Redis is unavailable.
 */
export async function stoppingInstances(deps: RemovedInstanceDeps): Promise<readonly RemovedInstance[]> {
  const removed = await removedInstances(deps).catch(() => []);
  return removed.filter(({ excluded }) => excluded.length > 0);
}

/** Checks the removed servers for `/readyz`. Returns the problem as text, or `null`. Redis has a separate check. */
export async function checkInstances(deps: RemovedInstanceDeps): Promise<string | null> {
  const removed = await stoppingInstances(deps);
  return removed.length === 0 ? null : removed.map(textOfRemoved).join(' ');
}
