import { assess } from '../../domain/assess.js';
import type { KnownComputer } from '../../domain/known.js';
import type { CertificateDates } from '../../domain/forecast/forecast.js';
import { isReachable } from '../../domain/redistribution/request/request.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { Ports } from '../ports.js';

/** The data of the fleet that a forecast needs. */
export interface ForecastFleet {
  dates: readonly CertificateDates[];
  /** Macs in scope without a known expiry date. */
  unknown: number;
  /** `false` when the fleet has more Macs than one forecast reads. */
  complete: boolean;
  /** Expected time from the trigger to the inventory that verifies it: the mean inventory age of reachable Macs, milliseconds. */
  proofMs: number;
}

const STATES = ['expired', 'overdue', 'due', 'healthy', 'unknown'] as const;
const PAGE = 500;
/** Maximum number of Macs per forecast. A page takes about 20 ms. */
const MAX_MACS = 200_000;
const CACHE_MS = 60_000;
/** Used when no reachable Mac has reported inventory: half of the interval of Jamf Pro's default, inventory once a week. */
const DEFAULT_PROOF_MS = 3.5 * 86_400_000;

interface CachedFleet {
  at: number;
  fleet: Promise<ForecastFleet>;
}

const cache = new WeakMap<Ports['computers'], Map<string, CachedFleet>>();

/**
 * Reads the certificate dates of a fleet, page by page from the index of states. At 100,000 Macs this takes Redis and the event loop some
 * seconds, split into pages; therefore the result is cached for one minute and shared by concurrent calls.
 */
export function readForecastFleet(
  computers: Ports['computers'],
  watched: WatchedProfile,
  now: number,
): Promise<ForecastFleet> {
  const all = cache.get(computers) ?? new Map<string, CachedFleet>();
  cache.set(computers, all);
  const name = `${watched.instance}/${watched.name}`;
  const cached = all.get(name);
  if (cached !== undefined && Math.abs(now - cached.at) < CACHE_MS) return cached.fleet;
  const fleet = read(computers, watched, now);
  all.set(name, { at: now, fleet });
  fleet.catch(() => all.delete(name));
  return fleet;
}

async function read(
  computers: Ports['computers'],
  watched: WatchedProfile,
  now: number,
): Promise<ForecastFleet> {
  const dates: CertificateDates[] = [];
  const ages = inventoryAges(watched, now);
  let unknown = 0;
  let scanned = 0;
  const take = (computer: KnownComputer) => {
    const { state, certificate, inScope } = assess(computer, watched, now);
    if (!inScope) return;
    const expiresAt = certificate?.expiresAt ?? null;
    if (state === 'unknown' || expiresAt === null) unknown += 1;
    else dates.push({ computerId: computer.id, issuedAt: certificate?.issuedAt ?? null, expiresAt });
    ages.take(computer);
  };
  for (const state of STATES) {
    let cursor: string | undefined;
    do {
      const page = await computers.listByState(watched.instance, watched.name, state, {
        cursor,
        limit: PAGE,
      });
      page.computers.forEach(take);
      scanned += page.computers.length;
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined && scanned < MAX_MACS);
  }
  return { dates, unknown, complete: scanned < MAX_MACS, proofMs: ages.mean() };
}

/** Like `ForecastFleet.proofMs`, for a sample of Macs: the mean inventory age of the reachable ones, milliseconds. */
export function proofMsOf(sample: readonly KnownComputer[], watched: WatchedProfile, now: number): number {
  const ages = inventoryAges(watched, now);
  sample.forEach(ages.take);
  return ages.mean();
}

function inventoryAges(watched: WatchedProfile, now: number) {
  let sum = 0;
  let count = 0;
  return {
    take: (computer: KnownComputer) => {
      if (computer.reportedAt === null || !isReachable(computer, watched, now)) return;
      sum += Math.max(0, now - computer.reportedAt);
      count += 1;
    },
    mean: () => (count === 0 ? DEFAULT_PROOF_MS : Math.round(sum / count)),
  };
}
