import type { WatchedProfile } from '../../domain/watched.js';
import { Problem } from '../../contract/problem.js';
import type { Ports } from '../ports.js';

/**
 * Returns the Jamf Pro server of a request: the named one, or the only one when no name is given.
 * @throws Problem when the name is unknown, or no name is given and there are several servers.
 */
export function resolveInstance({ config }: Pick<Ports, 'config'>, named: string | undefined): string {
  const names = Object.keys(config.instances);
  const [only] = names;
  if (named === undefined && names.length === 1 && only !== undefined) return only;
  if (named === undefined)
    throw new Problem(
      'invalid-request',
      `There are several Jamf Pro servers. Specify one with "instance" (${list(names)}).`,
    );
  if (!names.includes(named))
    throw new Problem('not-found', `No Jamf Pro server named ${named} is configured (${list(names)}).`);
  return named;
}

/**
 * Returns the watched profiles of a Jamf Pro server that have been read from Jamf Pro; with a name, only that
 * profile.
 * @throws Problem when no profile with that name is configured.
 */
export async function resolveProfiles(
  { config, profiles }: Pick<Ports, 'config' | 'profiles'>,
  instance: string,
  named: string | undefined,
): Promise<readonly WatchedProfile[]> {
  const names = Object.keys(config.instances[instance]?.profiles ?? {});
  if (named !== undefined && !names.includes(named))
    throw new Problem('not-found', `No profile named ${named} is watched on ${instance} (${list(names)}).`);
  const { watched } = await profiles.watchedProfiles(instance);
  return named === undefined ? watched : watched.filter(({ name }) => name === named);
}

/** Lists names for use in parentheses. */
function list(names: readonly string[]): string {
  return `available: ${names.length === 0 ? 'none' : names.join(', ')}`;
}
