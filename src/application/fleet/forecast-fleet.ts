import { assess } from '../../domain/assess.js';
import type { KnownComputer } from '../../domain/known.js';
import type { CertificateDates } from '../../domain/forecast/forecast.js';
import { isReachable } from '../../domain/redistribution/request/request.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { Ports } from '../ports.js';

/** What a forecast needs of the fleet. */
export interface ForecastFleet {
  dates: readonly CertificateDates[];
  unknown: number;
  complete: boolean;
  /** Mean age of the inventory of Macs that are about, milliseconds. */
  proofMs: number;
}

const STATES = ['expired', 'overdue', 'due', 'healthy', 'unknown'] as const;
const PAGE = 500;
/** Some 20 ms for a page of the index. */
const MOST = 200_000;
const KEPT_MS = 60_000;
/** Half of Jamf's default, inventory once a week, for a fleet that tells nothing. */
const PROOF_MS = 3.5 * 86_400_000;

interface Kept {
  at: number;
  fleet: Promise<ForecastFleet>;
}

const kept = new WeakMap<Ports['computers'], Map<string, Kept>>();

/**
 * The dates of the certificates of a fleet, read page by page along the index of states. Costs Redis and the loop some seconds at
 * 100,000 Macs, in pieces of a page: so it is kept for a minute, and whoever asks meanwhile gets the same.
 */
export function readForecastFleet(
  computers: Ports['computers'],
  watched: WatchedProfile,
  now: number,
): Promise<ForecastFleet> {
  const all = kept.get(computers) ?? new Map<string, Kept>();
  kept.set(computers, all);
  const name = `${watched.instance}/${watched.name}`;
  const known = all.get(name);
  if (known !== undefined && Math.abs(now - known.at) < KEPT_MS) return known.fleet;
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
  let passed = 0;
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
      passed += page.computers.length;
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined && passed < MOST);
  }
  return { dates, unknown, complete: passed < MOST, proofMs: ages.mean() };
}

/** From the trigger to the inventory that proves it: the mean age of the inventory of some Macs, of those that are about, milliseconds. */
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
    mean: () => (count === 0 ? PROOF_MS : Math.round(sum / count)),
  };
}
