import { randomUUID } from 'node:crypto';
import { type FleetDeps, instanceOf } from '../deps.js';
import { leaseFor } from './full.js';
import type { SweepOutcome } from './outcome.js';
import { takeInPage } from './page.js';
import { rest } from './pace.js';
import { refreshProfiles } from './profiles.js';

/**
 * How far each sweep reaches back behind the one before: the nodes of a Jamf cluster are in step within about a minute, so a report may
 * become visible later than one with a later date.
 */
const OVERLAP_MS = 120_000;

/** Reads the Macs that reported inventory since the last such sweep: what webhooks told, and what they failed to tell. */
export async function sweepChanged(deps: FleetDeps, instance: string): Promise<SweepOutcome> {
  const holder = randomUUID();
  const leaseMs = leaseFor(deps, instance);
  if (!(await deps.cursors.lease(instance, 'changed', holder, leaseMs)))
    return { outcome: 'busy', pages: 0, computers: 0 };
  try {
    return await readChanged(deps, instance, holder, leaseMs);
  } finally {
    await deps.cursors.release(instance, 'changed', holder);
  }
}

async function readChanged(
  deps: FleetDeps,
  instance: string,
  holder: string,
  leaseMs: number,
): Promise<SweepOutcome> {
  const { jamf, settings } = instanceOf(deps, instance);
  const { watched } = await refreshProfiles(deps, instance);
  if (watched.length === 0) return { outcome: 'nothing-watched', pages: 0, computers: 0 };
  let upTo = await startOf(deps, instance, settings.sweep.changed);
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
    if (computers.length === 0 || (page + 1) * settings.pageSize >= total) {
      const stored = await deps.cursors.writeChanged(instance, holder, { reportedUpTo: upTo });
      return { outcome: stored ? 'done' : 'busy', ...outcome };
    }
    if (!(await deps.cursors.lease(instance, 'changed', holder, leaseMs)))
      return { outcome: 'busy', ...outcome };
    await rest(deps.now() - readAt, deps.stopping);
    if (deps.stopping.aborted) return { outcome: 'stopped', ...outcome };
  }
}

/** The first time: since the sweep of the whole fleet began, which reads all that was before; else one rhythm back. */
async function startOf(deps: FleetDeps, instance: string, rhythmMs: number): Promise<number> {
  const [changed, full] = await Promise.all([
    deps.cursors.readChanged(instance),
    deps.cursors.readFull(instance),
  ]);
  return changed?.reportedUpTo ?? full?.startedAt ?? deps.now() - rhythmMs;
}
