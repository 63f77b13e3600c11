import type { StepDeps } from '../../../src/application/redistribution/deps.js';
import type { Hook } from './simulated-jamf.js';

/** What a killed process throws wherever it stands; nothing of ours may catch it. */
export class Killed extends Error {}

/**
 * What happens to a process: the call at which it dies, the call at which it hangs for a while (so that another takes its job), the call
 * at which it is frozen until `until` resolves, and how its calls take turns with those of others.
 */
export interface ProcessFaults {
  killAt: number | null;
  hangAt: number | null;
  frozen?: { at: number; until: Promise<void>; reached: () => void };
  seed: number;
}

const HANGS_FOR = 400;

/** A process that yields to others a different number of turns at every call, hangs at one of them, and dies at another. */
export function killable({ killAt, hangAt, frozen, seed }: ProcessFaults) {
  let calls = 0;
  let dead = false;
  let random = seed >>> 0;

  async function checkpoint(): Promise<void> {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    for (let turns = random >>> 29; turns > 0; turns -= 1) await Promise.resolve();
    calls += 1;
    for (let turns = calls === hangAt ? HANGS_FOR : 0; turns > 0; turns -= 1) await Promise.resolve();
    if (frozen !== undefined && calls === frozen.at) {
      frozen.reached();
      await frozen.until;
    }
    if (dead || calls === killAt) {
      dead = true;
      throw new Killed('killed');
    }
  }

  /** Every function of an object, with a checkpoint before and after each call. */
  function around<T extends object>(target: T): T {
    return new Proxy(target, {
      get(object, name, receiver) {
        const value: unknown = Reflect.get(object, name, receiver);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          await checkpoint();
          const result: unknown = await Reflect.apply(value, object, args);
          await checkpoint();
          return result;
        };
      },
    });
  }

  const writes: number[] = [];
  const hook: Hook = (when, _call, write) => {
    if (write && when === 'before') writes.push(calls + 1);
    return checkpoint();
  };
  const wrap = (deps: StepDeps): StepDeps => ({
    ...deps,
    redistributions: around(deps.redistributions),
    limits: around(deps.limits),
    computers: around(deps.computers),
    hints: around(deps.hints),
  });
  /** `made`: checkpoints passed so far, so that a walk can kill at each of them. `writes`: those at which a write was handed to the client. */
  return { hook, wrap, checkpoints: () => calls, writes };
}
