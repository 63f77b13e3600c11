import type { WatchedProfile } from '../../../domain/watched.js';
import type { FleetDeps } from '../deps.js';
import type { JamfClient } from '../../ports.js';
import { requestAssessment } from '../request-assessment.js';
import { ingestComputers, setAside } from '../ingest-computers.js';

type InventoryPage = Awaited<ReturnType<JamfClient['listComputers']>>;

/** Delay before a Mac that failed is assessed again, milliseconds. */
const RETRY_AFTER_MS = 60_000;

/**
 * Stores and assesses one page of Macs. A Mac that fails, or that could not be read, is queued for another
 * assessment, so the sweep can continue. Returns the number of records on the page.
 */
export async function ingestPage(
  deps: FleetDeps,
  instance: string,
  { computers, records = computers.length, setAside: unread = [] }: InventoryPage,
  { watched, readAt }: { watched: readonly WatchedProfile[]; readAt: number },
): Promise<number> {
  const failed = await ingestComputers(deps, instance, { computers, watched, readAt });
  await requestAssessment(deps, instance, failed, { reason: 'sweep', ripeAt: deps.now() + RETRY_AFTER_MS });
  await setAside(deps, instance, unread);
  return records;
}
