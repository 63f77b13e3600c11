import type { Assessment } from '../../src/domain/assessment.js';
import type { KnownComputer } from '../../src/domain/known.js';
import type { WatchedProfile } from '../../src/domain/watched.js';
import type { ConsiderDeps } from './deps.js';

/**
 * To be called for every Mac and watched profile that was just assessed. Opens a redistribution when the certificate is due (or
 * overdue, or expired), the Mac is in scope and attempts are left; wakes the job of an open one, because facts may have changed.
 * Safe to call twice and from several workers: the store lets one be open.
 */
export async function considerRedistribution(
  deps: ConsiderDeps,
  mac: { computer: KnownComputer; watched: WatchedProfile; assessment: Assessment },
): Promise<'opened' | 'woken' | 'nothing'> {
  await Promise.reject(new Error(`not built yet: ${deps.now()} ${mac.computer.id}`));
  return 'nothing';
}
