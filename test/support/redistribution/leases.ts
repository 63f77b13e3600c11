import type { HeldLease, LeaseStore } from '../../../src/store/redistributions/leases.js';
import type { MemoryStore } from './memory.js';

/** Leases in memory: those of open redistributions, and those of Macs that were found excluded. */
export function memoryLeases({ records }: MemoryStore): LeaseStore & { found: Map<string, HeldLease> } {
  const found = new Map<string, HeldLease>();
  const known = new Map<string, ReadonlyMap<string, string>>();
  return {
    found,
    all: () =>
      Promise.resolve([
        ...[...records.values()].flatMap(({ id, profile, computerId, lease }) =>
          lease === null ? [] : [{ id, profile, computerId, ...lease, found: false }],
        ),
        ...found.values(),
      ]),
    noteFound(_instance, lease) {
      const id = `found/${lease.groupId}/${lease.computerId}`;
      if (!found.has(id)) found.set(id, { ...lease, id, found: true });
      return Promise.resolve();
    },
    drop: (_instance, id) => Promise.resolve(void found.delete(id)),
    remember: (instance, groups) => Promise.resolve(void known.set(instance, groups)),
    remembered: (instance) => Promise.resolve(known.get(instance) ?? new Map<string, string>()),
    instances: () => Promise.resolve([...known.keys()]),
    forgetInstance: (instance) => Promise.resolve(void known.delete(instance)),
    claimLook: () => Promise.resolve(true),
  };
}
