import type { World } from '../../world/world.js';
import type { NodeBehind } from '../cluster.js';
import { faultsSchema, type Faults, type FaultsInput, type HttpFault } from './schema.js';

/** The fault switches. They can be changed while the simulator runs. */
export interface FaultSwitches {
  /** Returns the current switches, with the number of requests that each HTTP fault has affected. */
  show(): object;
  /** Replaces all switches. @throws z.ZodError, and nothing is changed */
  set(input: FaultsInput): void;
  clear(): void;
  /** Selects and counts the HTTP faults that affect a request. */
  hits(request: { method: string; path: string }): HttpFault[];
  nodeBehind(): NodeBehind | null;
  /** The current faults of inventory records, commands and enumerations. */
  current(): Faults;
}

/** Creates the fault switches, which are all off at first. `random` (0 to 1) decides the shares. */
export function createFaultSwitches(world: World, random: () => number): FaultSwitches {
  let current: FaultsInput = {};
  let faults: Faults = faultsSchema.parse({});
  let counts: number[] = [];

  const matches = (fault: HttpFault, method: string, path: string) =>
    (fault.path === undefined || new RegExp(fault.path).test(path)) &&
    (fault.methods === undefined || fault.methods.some((one) => one.toUpperCase() === method.toUpperCase()));

  const set = (input: FaultsInput) => {
    faults = faultsSchema.parse(input);
    current = input;
    counts = faults.http.map(() => 0);
    Object.assign(world.faults.webhooks, faults.webhooks);
    Object.assign(world.faults.ca, faults.ca);
    Object.assign(world.faults.push, faults.push);
    world.faults.words = faults.words;
  };

  return {
    show: () => ({
      ...current,
      http: (current.http ?? []).map((fault, index) => ({ ...fault, hits: counts[index] ?? 0 })),
      webhooks: world.faults.webhooks,
      ca: world.faults.ca,
      push: world.faults.push,
    }),
    set,
    clear: () => set({}),
    current: () => faults,
    hits: ({ method, path }) =>
      faults.http.filter((fault, index) => {
        const count = counts[index] ?? 0;
        if (fault.count !== undefined && count >= fault.count) return false;
        if (!matches(fault, method, path) || random() >= fault.share) return false;
        counts[index] = count + 1;
        return true;
      }),
    nodeBehind: () => {
      const { nodeBehind } = faults;
      return nodeBehind && { node: nodeBehind.node, lagMs: nodeBehind.lag };
    },
  };
}
