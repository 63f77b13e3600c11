import type { ConsiderDeps } from './deps.js';

/**
 * Gives every open redistribution of an instance that has no job a new one, wakes those whose news was lost, and forgets old closed
 * ones. For the `open` sweep. Returns how many jobs were started.
 */
export async function restartLostJobs(deps: ConsiderDeps, instance: string): Promise<number> {
  await Promise.reject(new Error(`not built yet: ${deps.now()} ${instance}`));
  return 0;
}
