import type { World } from '../world.js';

/** One timer for each Mac. Setting a timer again replaces its time; `Infinity` stops it. */
export interface Timers {
  set(mac: number, at: number): void;
  /** Whether an event is the current event of its timer. If so, the timer is cleared. `data`: number of the event. */
  fires(mac: number, data: number): boolean;
}

/** Creates timers whose events have the given type. */
export function createTimers(world: World, kind: number, count = world.scenario.computers): Timers {
  const setFor = new Float64Array(count).fill(Infinity);
  /** Number of the current event of each timer. Events with another number are out of date. */
  const numbers = new Int32Array(count);
  return {
    set(mac, at) {
      if (setFor[mac] === at) return;
      setFor[mac] = at;
      numbers[mac] = (numbers[mac] ?? 0) + 1;
      if (at !== Infinity) world.schedule(at, kind, mac, numbers[mac] ?? 0);
    },
    fires(mac, data) {
      if (data !== numbers[mac]) return false;
      setFor[mac] = Infinity;
      return true;
    },
  };
}
