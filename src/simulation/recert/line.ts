import type { World } from '../world.js';
import type { CapBook } from './caps.js';
import type { News } from './news.js';

/** Those that wait for room, called in their turn: whoever is first looks when a token or a place in flight is free. */
export interface Line {
  /** Has the first called at an instant, unless somebody is called before. */
  callAt(at: number): void;
  /** Called from the line and decided: if it took no room, the next is called. */
  arrive(mac: number): void;
  /** Its time has come, if `call` is the last one that was made out; `look` is done with everybody who is called. */
  call(call: number, look: (mac: number) => void): void;
}

/** The line of a cap book; `schedule` has `call` called. */
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
      // Whoever is called while Jamf cannot be reached goes back into the line, and would be called again at once.
      if (!news.isUp()) {
        callAt(world.presence.jamfUpAt(world.now()));
        return;
      }
      for (let mac = caps.call(world.now()); mac !== null; mac = caps.call(world.now())) look(mac);
      callAt(caps.freeAt() ?? Infinity);
    },
  };
}
