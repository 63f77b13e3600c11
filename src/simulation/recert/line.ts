import type { World } from '../world.js';
import type { CapBook } from './caps.js';
import type { News } from './news.js';

/** The wait queue: the first Mac is called when a permit and a slot are free. */
export interface Line {
  /** Schedules a call of the first Mac, unless an earlier call is scheduled. */
  callAt(at: number): void;
  /** Called after a Mac from the queue was stepped. Calls the next one, because the first may have used no capacity. */
  arrive(mac: number): void;
  /** Runs a scheduled call, unless a later one replaced it. `look` is run for each Mac that is called. */
  call(call: number, look: (mac: number) => void): void;
}

/** Creates the wait queue for the given limits. `schedule` must lead to `call` with the same number. */
export function createLine(
  world: World,
  { caps, news, schedule }: { caps: CapBook; news: News; schedule: (at: number, call: number) => void },
): Line {
  let nextAt = Infinity;
  let calls = 0;

  function callAt(at: number): void {
    if (at >= nextAt) return;
    nextAt = at;
    calls += 1;
    schedule(at, calls);
  }

  return {
    callAt,
    arrive(mac) {
      if (caps.arrived(mac)) callAt(world.now());
    },
    call(call, look) {
      if (call !== calls) return;
      nextAt = Infinity;
      // During an outage of Jamf Pro a called Mac would return to the queue and be called again immediately.
      if (!news.isUp()) {
        callAt(world.presence.jamfUpAt(world.now()));
        return;
      }
      for (let mac = caps.call(world.now()); mac !== null; mac = caps.call(world.now())) look(mac);
      callAt(caps.freeAt() ?? Infinity);
    },
  };
}
