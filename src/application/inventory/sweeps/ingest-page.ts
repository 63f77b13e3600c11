import type { FleetDeps } from '../deps.js';
import { type Arrival, askFor, takeIn } from '../ingest-computers.js';

/** When a Mac for which something went wrong is looked at again. */
const AGAIN_MS = 60_000;

/** Takes in a page. A Mac for which something went wrong gets a hint, so that the sweep can go on. */
export async function takeInPage(deps: FleetDeps, instance: string, arrival: Arrival): Promise<void> {
  const failed = await takeIn(deps, instance, arrival);
  await askFor(deps, instance, failed, { reason: 'sweep', ripeAt: deps.now() + AGAIN_MS });
}
