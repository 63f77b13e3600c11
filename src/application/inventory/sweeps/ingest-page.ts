import type { FleetDeps } from '../deps.js';
import { requestAssessment } from '../request-assessment.js';
import { type InventoryRead, ingestComputers } from '../ingest-computers.js';

/** Delay before a Mac that failed is assessed again. */
const RETRY_AFTER_MS = 60_000;

/** Stores and assesses one page of Macs. A Mac that fails is queued for another assessment, so that the sweep can continue. */
export async function ingestPage(deps: FleetDeps, instance: string, arrival: InventoryRead): Promise<void> {
  const failed = await ingestComputers(deps, instance, arrival);
  await requestAssessment(deps, instance, failed, { reason: 'sweep', ripeAt: deps.now() + RETRY_AFTER_MS });
}
