import { assess } from '../../domain/assess.js';
import type { KnownComputer } from '../../domain/known.js';
import type { CertificateDates } from '../../domain/forecast/forecast.js';
import { subjectTooLong, type TooLong } from '../../domain/redistribution/subject-fit.js';
import { isReachable } from '../../domain/redistribution/request/request.js';
import type { WatchedProfile } from '../../domain/watched.js';
import type { Ports } from '../ports.js';

/** The certificate dates of the fleet, which a forecast needs. */
export interface ForecastFleet {
  dates: readonly CertificateDates[];
  /** Number of Macs in scope whose expiry is not known. */
  unknown: number;
  /** Macs whose renewal must fail because their certificate subject is too long, by mechanism and profile. */
  tooLong: readonly TooLongMacs[];
  /** `false` when the fleet has more Macs than one forecast can read. */
  complete: boolean;
  /**
   * Expected time from the trigger of a redistribution to the inventory report that verifies the renewal,
   * milliseconds. Estimated as the mean age of the inventory of Macs that are online.
   */
  proofMs: number;
  /** Mean age of the inventory of Macs that are online, milliseconds; `null` if no such Mac has reported inventory. */
  inventoryAgeMs: number | null;
  /** Share of the Macs in scope that contacted Jamf Pro within the last day; `null` if no Mac is in scope. */
  seenShare: number | null;
}

/** Macs whose subject is too long for every mechanism that may renew them. */
export interface TooLongMacs extends Pick<TooLong, 'mechanism' | 'side' | 'profileId' | 'most'> {
  computers: number;
  /** Number of characters of the longest subject attribute. */
  longest: number;
  /** The first Macs that were found, as examples. */
  listed: { id: string; name: string; serialNumber: string }[];
}

/** Maximum number of Macs that are listed for a mechanism and profile. */
const MOST_LISTED = 50;

const STATES = ['expired', 'overdue', 'due', 'healthy', 'unknown'] as const;
const DAY_MS = 86_400_000;
const PAGE = 500;
/** Maximum number of Macs per forecast. Reading a page takes about 20 ms. */
const MAX_MACS = 200_000;
const CACHE_MS = 60_000;
/**
 * Value of `proofMs` when no Mac that is online has reported inventory, milliseconds: half of the default inventory
 * interval of Jamf Pro, which is one week.
 */
const DEFAULT_PROOF_MS = 3.5 * 86_400_000;

interface CachedFleet {
  at: number;
  fleet: Promise<ForecastFleet>;
}

const cache = new WeakMap<Ports['computers'], Map<string, CachedFleet>>();

/**
 * Reads the certificate dates of a fleet from the index of states, one page at a time. For 100,000 Macs, the pages
 * together take several seconds of Redis and of the event loop. The result is therefore cached for one minute, and
 * concurrent calls share one read.
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
  const tooLong = new Map<string, TooLongMacs>();
  let unknown = 0;
  let scanned = 0;
  let seen = 0;
  const take = (computer: KnownComputer) => {
    const { state, certificate, inScope } = assess(computer, watched, now);
    if (!inScope) return;
    const expiresAt = certificate?.expiresAt ?? null;
    if (state === 'unknown' || expiresAt === null) unknown += 1;
    else dates.push({ computerId: computer.id, issuedAt: certificate?.issuedAt ?? null, expiresAt });
    addTooLong(tooLong, computer, subjectTooLong(watched, computer));
    ages.take(computer);
    if ((computer.lastContactAt ?? 0) > now - DAY_MS) seen += 1;
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
  const inScope = dates.length + unknown;
  const seenShare = inScope === 0 ? null : seen / inScope;
  return {
    dates,
    unknown,
    tooLong: [...tooLong.values()],
    complete: scanned < MAX_MACS,
    proofMs: ages.mean() ?? DEFAULT_PROOF_MS,
    inventoryAgeMs: ages.mean(),
    seenShare,
  };
}

function addTooLong(
  all: Map<string, TooLongMacs>,
  { id, name, serialNumber }: KnownComputer,
  found: TooLong | null,
): void {
  if (found === null) return;
  const { mechanism, side, profileId, length, most } = found;
  const key = `${mechanism} ${profileId}`;
  const group = all.get(key) ?? { mechanism, side, profileId, most, computers: 0, longest: 0, listed: [] };
  group.computers += 1;
  group.longest = Math.max(group.longest, length);
  if (group.listed.length < MOST_LISTED) group.listed.push({ id, name, serialNumber });
  all.set(key, group);
}

/**
 * Estimates `ForecastFleet.proofMs` from a sample of Macs: the mean age, in milliseconds, of the inventory of those
 * Macs in the sample that are online.
 */
export function proofMsOf(sample: readonly KnownComputer[], watched: WatchedProfile, now: number): number {
  const ages = inventoryAges(watched, now);
  sample.forEach(ages.take);
  return ages.mean() ?? DEFAULT_PROOF_MS;
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
    mean: () => (count === 0 ? null : Math.round(sum / count)),
  };
}
