import { type ForeignChange, foreignChanges, type OwnWrite } from '../../../domain/groups/group-watch.js';
import { groupsOf } from '../../../domain/groups/group-roles.js';
import { JamfError } from '../../../domain/jamf-error.js';
import type { JamfClient, Ports } from '../../ports.js';
import { type FleetDeps, instanceOf } from '../deps.js';

/** Dependencies of `watchGroups`. */
export type WatchGroupsDeps = Pick<FleetDeps, 'instances' | 'jamf' | 'telemetry' | 'now'> & {
  groups: Ports['groups'];
  profiles: Pick<Ports['profiles'], 'saveGroup'>;
};

/** Maximum number of removed Macs that are read to find those that were deleted from Jamf Pro. */
const MOST_CHECKED = 100;

/**
 * Reads the groups of the watched profiles. Records whether each group is static, and reports members that a person or
 * another installation of Recert added or removed since the last reading. A group that cannot be read is reported.
 */
export async function watchGroups(deps: WatchGroupsDeps, instance: string): Promise<void> {
  const { settings, jamf } = instanceOf(deps, instance);
  for (const ids of Object.values(settings.profiles))
    for (const [purpose, groupId] of groupsOf(ids)) {
      try {
        const group = await watchGroup(deps, jamf, groupId);
        if (group.length > 0) tell(deps, instance, { groupId, purpose, changes: group });
      } catch (error) {
        if (!(error instanceof JamfError)) throw error;
        deps.telemetry.emit('fleet.group-unread', { instance, groupId, error: error.message });
      }
    }
}

async function watchGroup(
  { groups, profiles, now }: WatchGroupsDeps,
  jamf: JamfClient,
  groupId: string,
): Promise<readonly ForeignChange[]> {
  const { instance } = jamf;
  const at = now();
  const earlier = await groups.writes(instance, groupId);
  const before = await groups.lastReading(instance, groupId);
  const { computerIds, smart } = await jamf.readGroup(groupId);
  await profiles.saveGroup(instance, { id: groupId, smart });
  if (smart) return [];
  // The writes are read again, so that a write of Recert during the reading is not reported as a foreign change.
  const later = await groups.writes(instance, groupId);
  const writes = new Map([...earlier, ...later]);
  const { changes, settled } = foreignChanges({
    groupId,
    before,
    now: { members: new Set(computerIds), at },
    writes,
  });
  const real = await withoutDeleted(jamf, changes);
  await groups.noteForeign(instance, real);
  await groups.saveReading(instance, groupId, { members: computerIds, at });
  await groups.forgetWrites(instance, groupId, pickOf(writes, settled));
  return real;
}

/** Removes changes of Macs that were deleted from Jamf Pro: a deleted Mac leaves all groups, although no one changed the groups. */
async function withoutDeleted(
  jamf: JamfClient,
  changes: readonly ForeignChange[],
): Promise<readonly ForeignChange[]> {
  const removed = changes.filter(({ op }) => op === 'removed').slice(0, MOST_CHECKED);
  if (removed.length === 0) return changes;
  const unreadable = new Set<string>();
  const read = await jamf.readComputers(
    removed.map(({ computerId }) => computerId),
    (id) => unreadable.add(id),
  );
  const known = new Set([...read.map(({ id }) => id), ...unreadable]);
  return changes.filter(({ op, computerId }) => op === 'added' || known.has(computerId));
}

function pickOf(
  writes: ReadonlyMap<string, OwnWrite>,
  ids: readonly string[],
): ReadonlyMap<string, OwnWrite> {
  return new Map([...writes].filter(([id]) => ids.includes(id)));
}

function tell(
  { telemetry }: WatchGroupsDeps,
  instance: string,
  { groupId, purpose, changes }: { groupId: string; purpose: string; changes: readonly ForeignChange[] },
): void {
  const idsOf = (op: ForeignChange['op']) =>
    changes.filter((change) => change.op === op).map(({ computerId }) => computerId);
  telemetry.emit('fleet.group-changed', {
    instance,
    groupId,
    purpose,
    added: idsOf('added'),
    removed: idsOf('removed'),
  });
}
