import { randomUUID } from 'node:crypto';
import type { FullSweep } from '../../src/store/cursors.js';
import { markOf, type WatchList } from '../../src/store/profiles.js';
import { type FleetDeps, instanceOf } from '../deps.js';
import { askFor } from '../take-in.js';
import type { SweepOutcome } from './outcome.js';
import { takeInPage } from './page.js';
import { rest } from './pace.js';
import { refreshProfiles } from './profiles.js';

/**
 * Reads the whole fleet, page after page, one at a time. Taken up where it stopped, unless the watched profiles have changed since.
 * Macs that are known and were not met are looked at one by one: pages shift while Macs come and go, and only Jamf's answer for the
 * very id says that a Mac is gone.
 */
export async function sweepFull(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  const holder = randomUUID();
  const leaseMs = leaseFor(deps, instance);
  if (!(await deps.cursors.lease(instance, 'full', holder, leaseMs)))
    return { outcome: 'busy', pages: 0, computers: 0 };
  try {
    const { watched } = await refreshProfiles(deps, instance);
    if (watched.length === 0) return { outcome: 'nothing-watched', pages: 0, computers: 0 };
    return await readOn(deps, instance, { watched, holder, leaseMs });
  } finally {
    await deps.cursors.release(instance, 'full', holder);
  }
}

/** The longest time between two signs of life of a sweep: one call, with its repetitions, and what follows from it. */
export function leaseFor(deps: FleetDeps, instance: string): number {
  return deps.lockMs + 4 * instanceOf(deps, instance).settings.timeout;
}

interface Hold {
  watched: WatchList['watched'];
  holder: string;
  leaseMs: number;
}

async function readOn(deps: FleetDeps, instance: string, hold: Hold): Promise<SweepOutcome> {
  const { jamf, settings } = instanceOf(deps, instance);
  const { watched, holder, leaseMs } = hold;
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
    const last = computers.length === 0 || (sweep.page + 1) * settings.pageSize >= total;
    sweep = {
      ...sweep,
      page: last ? null : sweep.page + 1,
      computers: sweep.computers + computers.length,
    };
    const held =
      (await deps.cursors.writeFull(instance, holder, sweep)) &&
      (await deps.cursors.lease(instance, 'full', holder, leaseMs));
    if (!held) return told('busy');
    if (!last) await rest(deps.now() - readAt, deps.stopping);
  }
  await lookForMissing(deps, instance, sweep.startedAt);
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
