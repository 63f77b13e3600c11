import { type FleetDeps, instanceOf } from '../deps.js';
import { underLease } from './sweep-lease.js';
import { BUSY, NOTHING_WATCHED, type SweepOutcome } from './outcome.js';
import { takeInPage } from './ingest-page.js';
import { rest } from './pause.js';
import { refreshProfiles } from './refresh-profiles.js';
import { watchVersion } from './watch-version.js';

/**
 * How far each sweep reaches back behind the one before: the nodes of a Jamf cluster are in step within about a minute, so a report may
 * become visible later than one with a later date.
 */
const OVERLAP_MS = 120_000;

/** Reads the Macs that reported inventory since the last such sweep: what webhooks told, and what they failed to tell. */
export async function sweepChanged(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  const outcome = await underLease(deps, instance, 'changed', (holder) =>
    readChanged(deps, instance, holder),
  );
  return outcome ?? BUSY;
}

async function readChanged(deps: FleetDeps, instance: string, holder: string): Promise<SweepOutcome> {
  const { jamf } = instanceOf(deps, instance);
  await watchVersion(deps, instance);
  const { watched } = await refreshProfiles(deps, instance);
  if (watched.length === 0) return NOTHING_WATCHED;
  const start = await startOf(deps, instance);
  if (start === null) {
    // The sweep of the whole fleet is yet to begin, and reads everything up to now.
    const stored = await deps.cursors.writeChanged(instance, holder, { reportedUpTo: deps.now() });
    return { outcome: stored ? 'done' : 'busy', pages: 0, computers: 0 };
  }
  let upTo = start;
  const filter = { reportedAfter: upTo - OVERLAP_MS };
  let computersRead = 0;
  for (let page = 0; ; page += 1) {
    const readAt = deps.now();
    const { total, computers } = await jamf.listComputers(filter, page);
    await takeInPage(deps, instance, { computers, watched, readAt });
    computersRead += computers.length;
    // A date in the future, from a clock gone wrong, must not hide the reports to come.
    upTo = Math.max(upTo, ...computers.map(({ reportedAt }) => Math.min(reportedAt ?? 0, readAt)));
    const outcome = { pages: page + 1, computers: computersRead };
    if (computers.length === 0 || computersRead >= total) {
      const stored = await deps.cursors.writeChanged(instance, holder, { reportedUpTo: upTo });
      return { outcome: stored ? 'done' : 'busy', ...outcome };
    }
    await rest(deps.now() - readAt, deps.stopping);
    if (deps.stopping.aborted) return { outcome: 'stopped', ...outcome };
  }
}

/** The first time: since the sweep of the whole fleet began, which reads all that was before; `null` when none has begun. */
async function startOf(deps: FleetDeps, instance: string): Promise<number | null> {
  const [changed, full] = await Promise.all([
    deps.cursors.readChanged(instance),
    deps.cursors.readFull(instance),
  ]);
  return changed?.reportedUpTo ?? full?.startedAt ?? null;
}
