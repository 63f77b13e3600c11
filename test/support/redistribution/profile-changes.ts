import { IDS, profileOf } from './fixtures.js';

export type Side = 'blue' | 'green';
export const SIDES: readonly Side[] = ['blue', 'green'];

/**
 * A change that an admin made to a profile in Jamf Pro: deleted it, removed the targets from its scope, or coupled its scope to the group
 * of the other profile. For example, green as a copy of blue has the exclusion of blue.
 */
export type ProfileChange = 'deleted' | 'unscoped' | 'coupled';

const NONE = { computerIds: [], groupIds: [], departments: [], buildings: [] };

/** One of the two profiles as Jamf returns it. */
export function profileAsRead(side: Side, change: ProfileChange | undefined) {
  const profile = profileOf(side);
  const unseen = { install: 'automatic' as const, unseenScope: { limitedBy: [], users: false }, scep: [] };
  return { ...profile, ...unseen, scope: scopeOf(profile.scope, side, change) };
}

type Scope = ReturnType<typeof profileOf>['scope'];

function scopeOf(scope: Scope, side: Side, change: ProfileChange | undefined): Scope {
  const { exclusions } = scope;
  switch (change) {
    case 'unscoped':
      return { allComputers: false, ...NONE, exclusions };
    case 'coupled':
      return side === 'green'
        ? { ...scope, exclusions: { ...exclusions, groupIds: [...exclusions.groupIds, IDS.leaveBlue] } }
        : { allComputers: false, ...NONE, groupIds: [IDS.joinGreen], exclusions };
    case 'deleted':
    case undefined:
      return scope;
  }
}
