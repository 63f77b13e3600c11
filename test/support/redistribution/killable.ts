import type { StepDeps } from '../../../src/application/redistribution/deps.js';
import type { Hook } from './simulated-jamf.js';

/** Thrown by a killed process at its next call. The application must not catch it. */
export class Killed extends Error {}

/**
 * Faults of a process: the call at which it is killed, the call at which it hangs (so that another process takes its job), the call at
 * which it is frozen until `until` resolves, and the order of its calls relative to those of other processes.
 */
export interface ProcessFaults {
  killAt: number | null;
  hangAt: number | null;
  frozen?: { at: number; until: Promise<void>; reached: () => void };
  seed: number;
}

const HANGS_FOR = 400;

/** A process that waits a different number of microtasks at every call, hangs at one call, and is killed at another. */
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

  /** Wraps every function of an object with a checkpoint before and after each call. */
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
  /**
   * `checkpoints`: number of checkpoints passed, so that a test can kill the process at each of them. `writes`: those at which a write was
   * passed to the client.
   */
  return { hook, wrap, checkpoints: () => calls, writes };
}
