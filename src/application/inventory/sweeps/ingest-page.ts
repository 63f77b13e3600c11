import type { FleetDeps } from '../deps.js';
import { type Arrival, askFor, takeIn } from '../ingest-computers.js';

/** Delay before a Mac that failed is assessed again. */
const RETRY_AFTER_MS = 60_000;

/** Stores and assesses one page of Macs. A Mac that fails is queued for another assessment, so that the sweep can continue. */
export async function takeInPage(deps: FleetDeps, instance: string, arrival: Arrival): Promise<void> {
  const failed = await takeIn(deps, instance, arrival);
  await askFor(deps, instance, failed, { reason: 'sweep', ripeAt: deps.now() + RETRY_AFTER_MS });
}
