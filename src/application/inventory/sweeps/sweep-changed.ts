import { type FleetDeps, instanceOf } from '../deps.js';
import { withSweepLease } from './sweep-lease.js';
import { BUSY, NOTHING_WATCHED, type SweepOutcome } from './outcome.js';
import { ingestPage } from './ingest-page.js';
import { pauseBetweenPages } from './pause.js';
import { refreshProfiles } from './refresh-profiles.js';
import { watchVersion } from './watch-version.js';

/**
 * How far a sweep reads back before the latest report of the previous sweep, milliseconds. The nodes of a Jamf Pro
 * cluster synchronize about once a minute, so a report can become visible later than another report with a later
 * date.
 */
const OVERLAP_MS = 120_000;

/** Reads the Macs that reported inventory since the previous `changed` sweep, including those whose webhook was lost. */
export async function sweepChanged(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  const outcome = await withSweepLease(deps, instance, 'changed', (holder) =>
    readChanged(deps, instance, holder),
  );
  return outcome ?? BUSY;
}

async function readChanged(deps: FleetDeps, instance: string, holder: string): Promise<SweepOutcome> {
  const { jamf } = instanceOf(deps, instance);
  await watchVersion(deps, instance);
  const { watched } = await refreshProfiles(deps, instance);
  if (watched.length === 0) return NOTHING_WATCHED;
  const start = await startTimeOf(deps, instance);
  if (start === null) {
    // No full sweep has started yet. The first one will read all inventory that was reported up to now.
    const stored = await deps.cursors.writeChanged(instance, holder, { reportedUpTo: deps.now() });
    return { outcome: stored ? 'done' : 'busy', pages: 0, computers: 0 };
  }
  let upTo = start;
  const filter = { reportedAfter: upTo - OVERLAP_MS };
  let computersRead = 0;
  for (let page = 0; ; page += 1) {
    const readAt = deps.now();
    const read = await jamf.listComputers(filter, page);
    const { records } = await ingestPage(deps, instance, read, { watched, readAt });
    computersRead += records;
    // Report dates in the future come from a wrong clock. Using them would make the next sweep skip valid reports.
    upTo = Math.max(upTo, ...read.computers.map(({ reportedAt }) => Math.min(reportedAt ?? 0, readAt)));
    const outcome = { pages: page + 1, computers: computersRead };
    if (records === 0 || computersRead >= read.total) {
      const stored = await deps.cursors.writeChanged(instance, holder, { reportedUpTo: upTo });
      return { outcome: stored ? 'done' : 'busy', ...outcome };
    }
    await pauseBetweenPages(deps.now() - readAt, deps.stopping);
    if (deps.stopping.aborted) return { outcome: 'stopped', ...outcome };
  }
}

/**
 * Returns the time from which to read, epoch milliseconds: the latest report that an earlier `changed` sweep read, or
 * the start of the full sweep if there was none; `null` if no full sweep has started either.
 */
async function startTimeOf(deps: FleetDeps, instance: string): Promise<number | null> {
  const [changed, full] = await Promise.all([
    deps.cursors.readChanged(instance),
    deps.cursors.readFull(instance),
  ]);
  return changed?.reportedUpTo ?? full?.startedAt ?? null;
}
