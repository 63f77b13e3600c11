import type { WatchedProfile } from '../../domain/watched.js';
import { Problem } from '../../contract/problem.js';
import type { Ports } from '../ports.js';

/**
 * The Jamf Pro server that is meant: the one that is named, or the only one.
 *
 * @throws Problem when there are several and none is named, or none of that name.
 */
export function whichInstance({ config }: Pick<Ports, 'config'>, named: string | undefined): string {
  const names = Object.keys(config.instances);
  const [only] = names;
  if (named === undefined && names.length === 1 && only !== undefined) return only;
  if (named === undefined)
    throw new Problem(
      'invalid-request',
      `There are several Jamf Pro servers: say which with "instance" (${list(names)}).`,
    );
  if (!names.includes(named))
    throw new Problem(
      'not-found',
      `There is no Jamf Pro server named ${named} in the configuration: ${list(names)}.`,
    );
  return named;
}

/** Profiles of an instance that are watched, or the one that is named. */
export async function whichProfiles(
  { config, profiles }: Pick<Ports, 'config' | 'profiles'>,
  instance: string,
  named: string | undefined,
): Promise<readonly WatchedProfile[]> {
  const names = Object.keys(config.instances[instance]?.profiles ?? {});
  if (named !== undefined && !names.includes(named))
    throw new Problem('not-found', `No profile named ${named} is watched on ${instance}: ${list(names)}.`);
  const { watched } = await profiles.watchedProfiles(instance);
  return named === undefined ? watched : watched.filter(({ name }) => name === named);
}

/** Names for the end of a sentence. */
function list(names: readonly string[]): string {
  return names.length === 0 ? 'there is none' : `there is ${names.join(', ')}`;
}
