import type { ProfileConfig } from '../../config/sections/profile.js';
import type { HeldLease, JamfClient, Ports, Telemetry } from '../ports.js';
import { isLate } from '../../domain/health/late-lease.js';
import { JamfError } from '../../domain/jamf-error.js';
import { type Fence, FencedError } from '../../domain/fence.js';
import type { ConsiderDeps, StepDeps } from './deps.js';
import { profilesOf } from '../../domain/watched.js';
import { signalRedistribution } from './signal.js';
import { type GroupWriteLog, recordingFence, recordShown } from './group-writes.js';
import { writeMembers } from './write-members.js';

/** Dependencies of the check of the exclusion groups. */
export interface ExclusionDeps {
  instances: Readonly<
    Record<string, { profiles: Readonly<Record<string, Pick<ProfileConfig, 'cycle' | 'overlap'>>> }>
  >;
  jamf: StepDeps['jamf'];
  leases: Ports['leases'];
  profiles: Pick<Ports['profiles'], 'watchedProfiles'>;
  /** Records the changes of groups. */
  log?: GroupWriteLog;
  redistributions: Pick<Ports['redistributions'], 'readMany' | 'signal'>;
  producers: Pick<ConsiderDeps['producers'], 'promoteRedistribution'>;
  telemetry: Telemetry;
  now: () => number;
}

/**
 * Interval at which the groups are read while there is no lease, milliseconds. A group may have a member without a
 * lease if Redis lost its data after Recert added the member.
 */
const LOOK_MS = 5 * 60_000;
/** Time that a redistribution has to remove its own Mac from the group before this check removes the Mac, milliseconds. */
const HEAD_START_MS = 60_000;
/**
 * Maximum number of Macs in one change of a group. If Jamf Pro refuses a change because of one Mac, the whole change
 * is delayed, so smaller changes delay fewer Macs.
 */
const MOST_CHANGED = 100;

/**
 * Removes Macs from the exclusion groups: every Mac whose redistribution did not remove it in time, and, in a group
 * that a profile excludes, every Mac without a lease. If Redis loses the leases, the group in Jamf Pro still shows
 * which Macs are excluded. Pause, observe mode and an open circuit breaker do not stop this function. It must be
 * called when a worker starts (`atOnce`) and in every `open` sweep. A failure is reported, and the next call tries
 * again.
 */
export async function restoreExcludedMacs(
  deps: ExclusionDeps,
  instance: string,
  { atOnce = false }: { atOnce?: boolean } = {},
): Promise<void> {
  const client = deps.jamf(instance);
  if (client === null) return;
  const certain = await certainGroups(deps, instance);
  const { configured, removed } = await exclusionGroups(deps, instance, certain);
  const held = await deps.leases.all(instance);
  const groups = new Set([...configured.keys(), ...removed.keys(), ...held.map(({ groupId }) => groupId)]);
  if (groups.size === 0) return;
  const due = await deps.leases.claimLook(instance, LOOK_MS);
  if (held.length === 0 && !due && !atOnce) return;
  for (const groupId of groups) {
    try {
      const profile = configured.get(groupId) ?? removed.get(groupId) ?? '';
      const isCertain = certain.has(groupId) || removed.has(groupId);
      const members = await clear(deps, client, { instance, groupId, profile, isCertain });
      if (members === 0 && removed.delete(groupId))
        await deps.leases.remember(instance, new Map([...removed, ...configured]));
    } catch (error) {
      if (!(error instanceof JamfError || error instanceof FencedError)) throw error;
      deps.telemetry.emit('lease.trouble', { instance, groupId, error: error.message });
    }
    await tellLate(deps, instance, groupId);
  }
}

/**
 * Returns the exclusion groups of an instance: group ID → name of the watched profile. `configured`: groups in the
 * configuration. `removed`: groups that were removed from the configuration and may still have members. A
 * configured group is recorded once it is certain (see `certainGroups`), so that it is known after its removal.
 */
async function exclusionGroups(
  { instances, leases }: ExclusionDeps,
  instance: string,
  certain: ReadonlySet<string>,
): Promise<{ configured: ReadonlyMap<string, string>; removed: Map<string, string> }> {
  const profiles = Object.entries(instances[instance]?.profiles ?? {});
  const configured = new Map(
    profiles.flatMap(([name, { cycle }]) => (cycle ? [[cycle.exclude, name] as const] : [])),
  );
  const inUse = new Set(
    profiles.flatMap(([, { overlap }]) => (overlap ? [overlap.joinGreen, overlap.leaveBlue] : [])),
  );
  const before = await leases.remembered(instance);
  const removed = new Map([...before].filter(([id]) => !configured.has(id) && !inUse.has(id)));
  const known = [...configured].filter(([id]) => certain.has(id) || before.has(id));
  await leases.remember(instance, new Map([...removed, ...known]));
  return { configured, removed };
}

/**
 * Returns the groups that exclude Macs from a watched profile, as read from Jamf Pro, and that are the target of no
 * profile. Only in such a group does a member without a lease prove that Recert added the Mac. If the configuration
 * had a wrong group ID, Recert would otherwise empty a group that has another purpose.
 */
async function certainGroups({ profiles }: ExclusionDeps, instance: string): Promise<ReadonlySet<string>> {
  const { watched } = await profiles.watchedProfiles(instance);
  const all = watched.flatMap(profilesOf);
  const groups = watched.flatMap((one) => {
    const { cycle } = one.policy;
    const isExcluded = profilesOf(one).some(
      ({ scope }) => cycle !== undefined && scope.exclusions.groupIds.includes(cycle.exclude),
    );
    return cycle !== undefined && isExcluded ? [cycle.exclude] : [];
  });
  return new Set(groups.filter((id) => !all.some(({ scope }) => scope.groupIds.includes(id))));
}

async function clear(
  deps: ExclusionDeps,
  client: JamfClient,
  {
    instance,
    groupId,
    profile,
    isCertain,
  }: { instance: string; groupId: string; profile: string; isCertain: boolean },
): Promise<number> {
  const { leases, now } = deps;
  // The group must be read before the leases. Recert stores the lease of a Mac before it adds the Mac to the group,
  // so if a member has no lease, its lease was lost.
  const { computerIds } = await client.readGroup(groupId);
  const known = await heldIn(deps, instance, groupId);
  const strangers = isCertain
    ? computerIds.filter((id) => !known.some(({ computerId }) => computerId === id))
    : [];
  for (const computerId of strangers) {
    const at = now();
    await leases.noteFound(instance, { profile, computerId, groupId, at, dueAt: at, returningSince: at });
  }
  const over: HeldLease[] = [];
  for (const lease of await heldIn(deps, instance, groupId))
    if (await isOver(deps, instance, lease)) over.push(lease);
  const back = computerIds.filter((id) => over.some(({ computerId }) => computerId === id));
  const still =
    back.length === 0
      ? computerIds
      : await takeOut(client, groupId, back, {
          fenceFor: (ids) => returnFence(deps, { instance, groupId, ids }),
          log: deps.log,
        });
  const out = back.filter((id) => !still.includes(id));
  if (out.length > 0)
    deps.telemetry.emit('lease.taken-back', {
      instance,
      groupId,
      computers: out.length,
      // Counted from the leases, because another worker may have found the Mac first and stored its lease.
      found: over.filter(({ found, computerId }) => found && out.includes(computerId)).length,
    });
  await settle(deps, instance, { still, over });
  return still.length;
}

async function heldIn(
  { leases }: ExclusionDeps,
  instance: string,
  groupId: string,
): Promise<readonly HeldLease[]> {
  return (await leases.all(instance)).filter((lease) => lease.groupId === groupId);
}

/**
 * Removes Macs from a group and returns the remaining members, read from the same node of Jamf Pro. If Jamf Pro or
 * the check before the write (fence) refuses some of the Macs, the others are still removed.
 */
async function takeOut(
  client: JamfClient,
  groupId: string,
  ids: readonly string[],
  { fenceFor, log }: { fenceFor: (ids: readonly string[]) => Fence; log: GroupWriteLog | undefined },
): Promise<readonly string[]> {
  const where = { instance: client.instance, groupId };
  return client.inSession(async (session) => {
    for (let from = 0; from < ids.length; from += MOST_CHANGED) {
      const batch = ids.slice(from, from + MOST_CHANGED);
      await writeMembers(batch, (members) =>
        session.removeFromGroup(
          groupId,
          members,
          recordingFence(log, where, { computerIds: members, fence: fenceFor(members) }),
        ),
      );
    }
    const { computerIds: members } = await session.readGroup(groupId);
    await recordShown(log, where, { computerIds: ids, members });
    return members;
  });
}

/** Maximum time between the check of the leases and the request that removes Macs, milliseconds. */
const LEASES_AGE_MS = 1_000;

/**
 * Returns the check (fence) before a removal. It permits the removal only if the leases still require it for all of
 * these Macs. Without it, a process that was suspended could remove a Mac that has been excluded again with another
 * lease in the meantime.
 */
function returnFence(
  deps: ExclusionDeps,
  { instance, groupId, ids }: { instance: string; groupId: string; ids: readonly string[] },
): Fence {
  return {
    maxAgeMs: LEASES_AGE_MS,
    check: async () => {
      const held = await heldIn(deps, instance, groupId);
      for (const id of ids) {
        const leases = held.filter(({ computerId }) => computerId === id);
        const over = await Promise.all(leases.map((lease) => isOver(deps, instance, lease)));
        if (!over.includes(true)) return `the lease of computer ${id} was changed in the meantime`;
      }
      return null;
    },
  };
}

/**
 * Whether this check must remove the Mac of a lease from the exclusion group: the Mac was found without a lease, its
 * redistribution is closed, lost or late, or its profile is no longer configured with `cycle`.
 */
async function isOver(
  { instances, redistributions, now }: ExclusionDeps,
  instance: string,
  lease: HeldLease,
): Promise<boolean> {
  // No job processes a redistribution whose profile is no longer configured.
  if (lease.found || instances[instance]?.profiles[lease.profile]?.cycle === undefined) return true;
  if (now() >= Math.min(lease.dueAt, lease.returningSince ?? Infinity) + HEAD_START_MS) return true;
  // A record that cannot be read counts as lost. Its Mac is then removed from the group and gets its profile again.
  const [record] = await redistributions.readMany(instance, [lease.id]);
  return record === undefined || record.closedAt !== null;
}

/**
 * Ends leases for which `isOver` is true. An open redistribution ends its own lease and is woken to do so; any other
 * lease is deleted when its Mac is no longer a member of the group.
 */
async function settle(
  deps: ExclusionDeps,
  instance: string,
  { still, over }: { still: readonly string[]; over: readonly HeldLease[] },
): Promise<void> {
  const { instances, leases, redistributions } = deps;
  for (const { id, computerId, found, profile } of over) {
    const isStepped = !found && instances[instance]?.profiles[profile] !== undefined;
    const [record] = isStepped ? await redistributions.readMany(instance, [id]) : [];
    if (record !== undefined && record.closedAt === null) await signalRedistribution(deps, { instance, id });
    else if (!still.includes(computerId)) await leases.drop(instance, id);
  }
}

async function tellLate(deps: ExclusionDeps, instance: string, groupId: string): Promise<void> {
  const { instances, telemetry, now } = deps;
  const held = await heldIn(deps, instance, groupId);
  for (const lease of held) {
    const { profile, computerId, at: since } = lease;
    const alarmMs = instances[instance]?.profiles[profile]?.cycle?.alarm;
    if (isLate(lease, { at: now(), alarmMs }))
      telemetry.emit('lease.not-taken-back', { instance, profile, computerId, groupId, since });
  }
}
