import type { Simulator } from '../../simulator/index.js';

/** Ids of the two Okta profiles of the pretend Jamf Pro. */
const HALVES = [12, 13];

/** Makes the static group that cycle needs, excluded by both profiles, as an admin does. Returns its id. */
export function makeExclusionGroup({ world }: Simulator): number {
  const group = world.groups.createStatic({ name: 'Recert: excluded' });
  for (const half of HALVES) {
    const scope = world.profiles.get(half)?.scope;
    if (scope === undefined) throw new Error(`no profile ${half}`);
    const { exclusions } = scope;
    world.profiles.update(half, {
      scope: {
        ...scope,
        exclusions: { ...exclusions, computerGroups: [...exclusions.computerGroups, group.id] },
      },
    });
  }
  return group.id;
}
