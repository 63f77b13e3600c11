import type { RedistributionPolicy, WatchedProfile } from '../../domain/watched.js';
import type { World } from '../world.js';
import { type BreakerBook, createBreakerBook } from './breaker.js';
import { type CapBook, createCapBook } from './caps.js';
import { type Open, watchedFor } from './fleet.js';
import { createPretendJamf, type PretendJamf } from './jamf.js';
import { createLine, type Line } from './line.js';
import { createNews, type News } from './news.js';

/** Kinds of scheduled events: step an open redistribution, assess a Mac, call the wait queue, a manual request. */
export const LOOK = 1;
export const DUE = 2;
export const LINE = 3;
export const PERSON = 4;

/** The simulated replacement for Redis and Jamf Pro. */
export interface Desk {
  world: World;
  policy: RedistributionPolicy;
  watched: WatchedProfile;
  jamf: PretendJamf;
  caps: CapBook;
  breaker: BreakerBook;
  news: News;
  line: Line;
  /** The open redistribution of each Mac. */
  opened: Map<number, Open>;
  /** Instants of the last triggers of each Mac, to count attempts within `attemptsWithin`. */
  attempts: Map<number, number[]>;
  /** Number of the scheduled step of each Mac. Events with an earlier number are outdated. */
  looks: Int32Array;
}

/** Creates the simulated environment for a policy. */
export function createDesk(world: World, policy: RedistributionPolicy): Desk {
  const { computers } = world.scenario;
  const watched = watchedFor(policy);
  const caps = createCapBook(policy, computers);
  const news = createNews(world);
  return {
    world,
    policy,
    watched,
    jamf: createPretendJamf(world, watched),
    caps,
    breaker: createBreakerBook(policy),
    news,
    line: createLine(world, { caps, news, schedule: (at, call) => world.schedule(at, LINE, 0, call) }),
    opened: new Map(),
    attempts: new Map(),
    looks: new Int32Array(computers),
  };
}

/** Number of attempts of a Mac since an instant. */
export function attemptsSince({ attempts }: Desk, mac: number, since: number): number {
  return (attempts.get(mac) ?? []).filter((at) => at >= since).length;
}

/** Reads the inventory of a Mac from the simulated Jamf Pro. */
export function readInventory({ jamf, world }: Desk, mac: number): void {
  jamf.readInventory(world.now());
  world.macs.advance(mac, world.now());
}
