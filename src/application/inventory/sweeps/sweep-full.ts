import { randomUUID } from 'node:crypto';
import type { FullSweep, WatchList } from '../../ports.js';
import { markOf } from '../../../domain/watched.js';
import { type FleetDeps, instanceOf } from '../deps.js';
import { askFor } from '../ingest-computers.js';
import { underLease } from './sweep-lease.js';
import { BUSY, NOTHING_WATCHED, type SweepOutcome } from './outcome.js';
import { takeInPage } from './ingest-page.js';
import { rest } from './pause.js';
import { auditWithFleet, refreshProfiles } from './refresh-profiles.js';
import { countFleet } from './watch-version.js';

/**
 * Reads the whole fleet, page after page, one at a time. Taken up where it stopped, unless the watched profiles have changed since.
 * Macs that are known and were not met are looked at one by one: pages shift while Macs come and go, and only Jamf's answer for the
 * very id says that a Mac is gone.
 */
export async function sweepFull(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  const outcome = await underLease(deps, instance, 'full', async (holder) => {
    const { watched } = await profilesFor(deps, instance);
    if (watched.length === 0) return NOTHING_WATCHED;
    const result = await readOn(deps, instance, { watched, holder });
    // Now the whole fleet is known: which Macs have a subject that is too long can be told.
    if (result.outcome === 'done') await auditWithFleet(deps, instance, watched);
    return result;
  });
  return outcome ?? BUSY;
}

/** One that is taken up goes on with the profiles that it began with, unless somebody has read others since: no call is spent on them. */
async function profilesFor(deps: FleetDeps, instance: string): Promise<WatchList> {
  const list = await deps.profiles.watchedProfiles(instance);
  const begun = await deps.cursors.readFull(instance);
  const resumes = begun !== null && begun.finishedAt === null && list.missing.length === 0;
  return resumes ? list : refreshProfiles(deps, instance);
}

async function readOn(
  deps: FleetDeps,
  instance: string,
  { watched, holder }: { watched: WatchList['watched']; holder: string },
): Promise<SweepOutcome> {
  const { jamf } = instanceOf(deps, instance);
  let sweep = await startOrResume(deps, instance, markOf(watched));
  let pages = 0;
  const told = (outcome: SweepOutcome['outcome']): SweepOutcome => ({
    outcome,
    pages,
    computers: sweep.computers,
  });
  while (sweep.page !== null) {
    if (deps.stopping.aborted) return told('stopped');
    const readAt = deps.now();
    const { total, computers } = await jamf.listComputers({}, sweep.page);
    await takeInPage(deps, instance, { computers, watched, readAt });
    pages += 1;
    const met = sweep.computers + computers.length;
    // Counted, not reckoned from the size of a page: a server may give fewer than asked for.
    const last = computers.length === 0 || met >= total;
    sweep = { ...sweep, page: last ? null : sweep.page + 1, computers: met };
    if (!(await deps.cursors.writeFull(instance, holder, sweep))) return told('busy');
    if (!last) await rest(deps.now() - readAt, deps.stopping);
  }
  await lookForMissing(deps, instance, sweep.startedAt);
  await countFleet(deps, instance, watched);
  const finished = { ...sweep, finishedAt: deps.now() };
  return told((await deps.cursors.writeFull(instance, holder, finished)) ? 'done' : 'busy');
}

async function startOrResume(deps: FleetDeps, instance: string, mark: string): Promise<FullSweep> {
  const before = await deps.cursors.readFull(instance);
  if (before !== null && before.finishedAt === null && before.mark === mark) return before;
  return { run: randomUUID(), startedAt: deps.now(), mark, page: 0, computers: 0, finishedAt: null };
}

async function lookForMissing(deps: FleetDeps, instance: string, startedAt: number): Promise<void> {
  let cursor = '0';
  do {
    const page = await deps.computers.unreadSince(instance, startedAt, cursor);
    cursor = page.cursor;
    await askFor(deps, instance, page.ids, { reason: 'sweep', ripeAt: deps.now() });
  } while (cursor !== '0');
}
