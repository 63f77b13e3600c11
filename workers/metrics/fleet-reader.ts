import { setTimeout } from 'node:timers/promises';
import { type ForecastFleet, readForecastFleet } from '../../src/application/fleet/forecast-fleet.js';
import type { Ports } from '../../src/application/ports.js';
import type { WatchedProfile } from '../../src/domain/watched.js';

/**
 * Reads the certificates of the fleet for a watched profile. `sweptAt`: end of the last full sweep, or `null` before it
 * and while it runs. Returns `null` until they were read once.
 */
export type FleetReader = (watched: WatchedProfile, sweptAt: number | null) => Promise<ForecastFleet | null>;

/** For 100,000 Macs, a read takes several seconds, so its result is used for this time, milliseconds. */
const KEEP_MS = 600_000;
/** Maximum time that a scrape waits for a read, milliseconds. Prometheus waits ten seconds by default. */
const WAIT_MS = 3_000;

interface Read {
  at: number;
  sweptAt: number;
  last: ForecastFleet | null;
  reading: Promise<unknown>;
}

/**
 * Creates the reader. It reads after each full sweep and every ten minutes, and nothing before the first full sweep:
 * the result is cached, and the capacity must not be chosen from an incomplete fleet. A read that takes too long
 * continues, and a later scrape shows its result.
 */
export function createFleetReader(computers: Ports['computers'], now: () => number): FleetReader {
  const reads = new Map<string, Read>();
  const start = (watched: WatchedProfile, sweptAt: number, last: ForecastFleet | null): Read => {
    const at = now();
    const read: Read = { at, sweptAt, last, reading: Promise.resolve() };
    read.reading = readForecastFleet(computers, watched, at).then(
      (fleet) => (read.last = fleet),
      // The next scrape reads again.
      () => (read.at = -Infinity),
    );
    return read;
  };
  return async (watched, sweptAt) => {
    const name = `${watched.instance}/${watched.name}`;
    const before = reads.get(name);
    const isFresh = before && before.sweptAt === sweptAt && Math.abs(now() - before.at) < KEEP_MS;
    if (sweptAt === null || isFresh) return settled(before);
    const read = start(watched, sweptAt, before?.last ?? null);
    reads.set(name, read);
    return settled(read);
  };
}

async function settled(read: Read | undefined): Promise<ForecastFleet | null> {
  await Promise.race([read?.reading, setTimeout(WAIT_MS, undefined, { ref: false })]);
  return read?.last ?? null;
}
