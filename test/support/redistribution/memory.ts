import { redistributionSchema } from '../../../src/domain/redistribution/record.js';
import { createMemoryLimits, type MemoryLimits } from '../../../src/simulation/memory/limits.js';
import {
  createMemoryRedistributions,
  type MemoryRedistributions,
} from '../../../src/simulation/memory/redistributions.js';

/** The store of the simulation, which checks and copies each record as Redis does. Tests read its collections directly. */
export interface MemoryStore extends MemoryRedistributions {
  /** Loses all data, as Redis may. */
  lose(): void;
}

export function memoryRedistributions(): MemoryStore {
  const store = createMemoryRedistributions({ pass: (record) => redistributionSchema.parse(record) });
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
