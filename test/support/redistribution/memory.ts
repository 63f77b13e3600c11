import { type Redistribution, redistributionSchema } from '../../../src/domain/redistribution/record.js';
import { createMemoryLimits, type MemoryLimits } from '../../../src/simulation/memory/limits.js';
import {
  createMemoryRedistributions,
  type MemoryRedistributions,
} from '../../../src/simulation/memory/redistributions.js';

/** The store of the simulation. It validates and copies each record like Redis, and freezes it. Tests read its collections directly. */
export interface MemoryStore extends MemoryRedistributions {
  /** Loses all data, as Redis may. */
  lose(): void;
}

export function memoryRedistributions(): MemoryStore {
  // A validated, frozen record needs no further validation or copy.
  const checked = new WeakSet<Redistribution>();
  const pass = (record: Redistribution): Redistribution => {
    if (checked.has(record)) return record;
    const copy = frozen(redistributionSchema.parse(record));
    checked.add(copy);
    return copy;
  };
  const store = createMemoryRedistributions({ pass });
  return {
    ...store,
    lose() {
      for (const collection of Object.values(store))
        if (collection instanceof Map || collection instanceof Set) collection.clear();
      store.results.length = 0;
    },
  };
}

export function memoryLimits(store: MemoryStore): MemoryLimits {
  return createMemoryLimits(store);
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
