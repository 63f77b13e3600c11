import { staleSecrets, staleSecretText } from '../../domain/okta/secret.js';
import type { OktaState } from '../../domain/okta/state.js';
import { profilesOf } from '../../domain/watched.js';
import type { FleetDeps } from '../inventory/deps.js';
import { readProfiles } from '../inventory/sweeps/refresh-profiles.js';

/**
 * Opens the circuit breaker of a watched profile whose secret was reset in Okta while its profile in Jamf Pro still has
 * the old one, and closes it when the profile has changed. The profile is read first, and on each call while the
 * breaker is open. A breaker that a person closed stays closed until the next reset. Returns the resets for which a
 * breaker was opened.
 */
export async function holdStaleSecrets(
  deps: Pick<
    FleetDeps,
    'instances' | 'jamf' | 'profiles' | 'telemetry' | 'now' | 'limits' | 'oktaStates' | 'wakeWaiting'
  >,
  instance: string,
  { resets, held: before }: Pick<OktaState, 'resets' | 'held'>,
): Promise<OktaState['held']> {
  const seen = staleSecrets(await deps.oktaStates.secrets(instance), resets);
  if (seen.length > 0) await readProfiles(deps, instance);
  const stale = seen.length === 0 ? [] : staleSecrets(await deps.oktaStates.secrets(instance), resets);
  const held = new Map(Object.entries(before));
  for (const watched of (await deps.profiles.watchedProfiles(instance)).watched) {
    const { name } = watched;
    const ids = new Set(profilesOf(watched).map(({ id }) => id));
    const own = stale.filter(({ profileId }) => ids.has(profileId));
    const resetAt = Math.max(...own.map((one) => one.resetAt));
    if (own.length > 0 && held.get(name) !== resetAt) {
      const text = staleSecretText(name, own);
      await deps.limits.openBreaker(instance, name, { reason: 'secret-reset', text, at: deps.now() });
      held.set(name, resetAt);
    } else if (own.length === 0 && held.delete(name)) {
      await deps.limits.closeBreaker(instance, name, deps.now(), 'secret-reset');
      await deps.wakeWaiting(instance, name);
    }
  }
  return Object.fromEntries(held);
}
