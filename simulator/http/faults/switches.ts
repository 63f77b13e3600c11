import type { World } from '../../world/world.js';
import type { NodeBehind } from '../cluster.js';
import { faultsSchema, type Faults, type FaultsInput, type HttpFault } from './schema.js';

/** The fault switches; they may be turned while the simulator runs. */
export interface FaultSwitches {
  /** As they were set, with how often each HTTP fault has hit so far. */
  show(): object;
  /** Replaces all of them. Throws z.ZodError, and then nothing has changed. */
  set(input: FaultsInput): void;
  clear(): void;
  /** The HTTP faults that hit this request now; counts them. */
  hits(request: { method: string; path: string }): HttpFault[];
  nodeBehind(): NodeBehind | null;
}

/** `random`: 0 to 1, decides the shares. */
export function createFaultSwitches(world: World, random: () => number): FaultSwitches {
  let written: FaultsInput = {};
  let faults: Faults = faultsSchema.parse({});
  let counts: number[] = [];

  const matches = (fault: HttpFault, method: string, path: string) =>
    (fault.path === undefined || new RegExp(fault.path).test(path)) &&
    (fault.methods === undefined || fault.methods.some((one) => one.toUpperCase() === method.toUpperCase()));

  const set = (input: FaultsInput) => {
    faults = faultsSchema.parse(input);
    written = input;
    counts = faults.http.map(() => 0);
    Object.assign(world.faults.webhooks, faults.webhooks);
    Object.assign(world.faults.ca, faults.ca);
    Object.assign(world.faults.push, faults.push);
  };

  return {
    show: () => ({
      ...written,
      http: (written.http ?? []).map((fault, index) => ({ ...fault, hits: counts[index] ?? 0 })),
      webhooks: world.faults.webhooks,
      ca: world.faults.ca,
      push: world.faults.push,
    }),
    set,
    clear: () => set({}),
    hits: ({ method, path }) =>
      faults.http.filter((fault, index) => {
        const spent = counts[index] ?? 0;
        if (fault.count !== undefined && spent >= fault.count) return false;
        if (!matches(fault, method, path) || random() >= fault.share) return false;
        counts[index] = spent + 1;
        return true;
      }),
    nodeBehind: () => {
      const { nodeBehind } = faults;
      return nodeBehind && { node: nodeBehind.node, lagMs: nodeBehind.lag };
    },
  };
}
