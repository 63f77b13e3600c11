import { randomUUID } from 'node:crypto';
import type { FullSweep, SweepResult, WatchList } from '../../ports.js';
import { watchHashOf } from '../../../domain/watched.js';
import { type FleetDeps, instanceOf } from '../deps.js';
import { hasFallen } from '../fleet-fall.js';
import { requestAssessment } from '../request-assessment.js';
import { withSweepLease } from './sweep-lease.js';
import { BUSY, NOTHING_WATCHED, type SweepOutcome } from './outcome.js';
import { ingestPage } from './ingest-page.js';
import { pauseBetweenPages } from './pause.js';
import { auditWithFleet, refreshProfiles } from './refresh-profiles.js';
import { sizeFleet } from './size-fleet.js';

/**
 * Reads the whole fleet, one page at a time. An interrupted sweep resumes at the page where it stopped, unless the
 * watched profiles have changed. Known Macs that were on no page are read again by ID: records move between pages
 * while Macs are added and deleted, so only a read by ID proves that a Mac was deleted.
 */
export async function sweepFull(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  const outcome = await withSweepLease(deps, instance, 'full', async (holder) => {
    const { watched } = await profilesFor(deps, instance);
    if (watched.length === 0) return NOTHING_WATCHED;
    const result = await readPages(deps, instance, { watched, holder });
    // The profile check is repeated here, because some findings need the whole fleet, for example subjects that are
    // too long.
    if (result.outcome === 'done') await auditWithFleet(deps, instance, watched);
    return result;
  });
  return outcome ?? BUSY;
}

/**
 * A sweep that resumes uses the stored profiles, without a call to Jamf Pro, unless one is missing. A new sweep
 * reads the profiles again.
 */
async function profilesFor(deps: FleetDeps, instance: string): Promise<WatchList> {
  const list = await deps.profiles.watchedProfiles(instance);
  const begun = await deps.cursors.readFull(instance);
  const resumes = begun !== null && begun.finishedAt === null && list.missing.length === 0;
  return resumes ? list : refreshProfiles(deps, instance);
}

async function readPages(
  deps: FleetDeps,
  instance: string,
  { watched, holder }: { watched: WatchList['watched']; holder: string },
): Promise<SweepOutcome> {
  const { jamf } = instanceOf(deps, instance);
  let sweep = await startOrResume(deps, instance, watchHashOf(watched));
  let pages = 0;
  const outcomeOf = (outcome: SweepOutcome['outcome']): SweepOutcome => ({
    outcome,
    pages,
    computers: sweep.computers,
  });
  while (sweep.page !== null) {
    if (deps.stopping.aborted) return outcomeOf('stopped');
    const readAt = deps.now();
    const page = await jamf.listComputers({}, sweep.page);
    const { records, result } = await ingestPage(deps, instance, page, {
      watched,
      readAt,
      result: sweep.result,
    });
    pages += 1;
    const received = sweep.computers + records;
    // Records are counted instead of pages, because a server may return smaller pages than requested.
    const last = records === 0 || received >= page.total;
    sweep = { ...sweep, page: last ? null : sweep.page + 1, computers: received, result };
    if (!(await deps.cursors.writeFull(instance, holder, sweep))) return outcomeOf('busy');
    if (!last) await pauseBetweenPages(deps.now() - readAt, deps.stopping);
  }
  await queueMissing(deps, instance, sweep);
  await sizeFleet(deps, instance, watched);
  const finished = { ...sweep, finishedAt: deps.now() };
  return outcomeOf((await deps.cursors.writeFull(instance, holder, finished)) ? 'done' : 'busy');
}

async function startOrResume(deps: FleetDeps, instance: string, mark: string): Promise<FullSweep> {
  const before = await deps.cursors.readFull(instance);
  if (before !== null && before.finishedAt === null && before.mark === mark) return before;
  return {
    run: randomUUID(),
    startedAt: deps.now(),
    mark,
    page: 0,
    computers: 0,
    finishedAt: null,
    result: { coverage: {}, setAside: [] },
    before: resultOf(before),
  };
}

/** Returns the result of the last full sweep that finished; `null` if no full sweep has finished. */
export function resultOf(sweep: FullSweep | null): SweepResult | null {
  if (sweep === null) return null;
  return sweep.finishedAt === null ? sweep.before : sweep.result;
}

/** Queues the Macs that were not on any page to be read by ID, unless so many are missing that the list may be incomplete (`hasFallen`). */
async function queueMissing(
  deps: FleetDeps,
  instance: string,
  { startedAt, computers: found, result }: FullSweep,
): Promise<void> {
  const missing = new Set<string>();
  let cursor = '0';
  do {
    const page = await deps.computers.unreadSince(instance, startedAt, cursor);
    cursor = page.cursor;
    for (const id of page.ids) missing.add(id);
  } while (cursor !== '0');
  // Jamf Pro returned the records of these Macs, so they exist. They could not be read and are already queued.
  for (const id of result.setAside) missing.delete(id);
  if (await hasFallen(deps, instance, { missing: missing.size, found })) return;
  await requestAssessment(deps, instance, missing, { reason: 'sweep', ripeAt: deps.now() });
}
