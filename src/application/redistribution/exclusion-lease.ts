import type { ProfileConfig } from '../../config/sections/profile.js';
import type { HeldLease, JamfClient, Ports, Telemetry } from '../ports.js';
import { JamfError } from '../../domain/jamf-error.js';
import type { ConsiderDeps, StepDeps } from './deps.js';
import { signalRedistribution } from './signal.js';

/** What looking after the exclusion groups needs. */
export interface ExclusionDeps {
  instances: Readonly<Record<string, { profiles: Readonly<Record<string, Pick<ProfileConfig, 'cycle'>>> }>>;
  jamf: StepDeps['jamf'];
  leases: Ports['leases'];
  redistributions: Pick<Ports['redistributions'], 'read' | 'signal'>;
  producers: Pick<ConsiderDeps['producers'], 'promoteRedistribution'>;
  telemetry: Telemetry;
  now: () => number;
}

/** While nobody is excluded the groups are looked at this often: one who stands there without a lease was put there before Redis was lost. */
const LOOK_MS = 5 * 60_000;
/** Time for the redistribution itself to take its Mac back before it is done from here, too. */
const HEAD_START_MS = 60_000;
/** A group is one document and a change is atomic: not so large that one bad Mac spoils it for too many. */
const MOST_CHANGED = 100;
/** When an instance has leases of a profile that is configured no more, somebody is told after this. */
const ALARM_MS = 10 * 60_000;

/**
 * Sees to it that nobody stays in an exclusion group: takes back whom no redistribution takes back in time, and whoever is found there
 * without a lease, for the group in Jamf is its second record. Pause, mode observe and an open breaker do not stop it. To be called at
 * every start (`atOnce`) and in every round; what fails is told, and tried again in the next round, for ever.
 */
export async function restoreExcludedMacs(
  deps: ExclusionDeps,
  instance: string,
  { atOnce = false }: { atOnce?: boolean } = {},
): Promise<void> {
  const client = deps.jamf(instance);
  if (client === null) return;
  const configured = exclusionGroups(deps, instance);
  const held = await deps.leases.all(instance);
  const groups = new Set([...configured.keys(), ...held.map(({ groupId }) => groupId)]);
  if (groups.size === 0) return;
  const due = await deps.leases.claimLook(instance, LOOK_MS);
  if (held.length === 0 && !due && !atOnce) return;
  for (const groupId of groups) {
    try {
      await clear(deps, client, { instance, groupId, profile: configured.get(groupId) ?? '' });
    } catch (error) {
      if (!(error instanceof JamfError)) throw error;
      deps.telemetry.emit('lease.trouble', { instance, groupId, error: error.message });
    }
    await tellLate(deps, instance, groupId);
  }
}

/** Exclusion groups of an instance, with the name of the watched profile. */
function exclusionGroups({ instances }: ExclusionDeps, instance: string): ReadonlyMap<string, string> {
  const profiles = Object.entries(instances[instance]?.profiles ?? {});
  return new Map(profiles.flatMap(([name, { cycle }]) => (cycle ? [[cycle.exclude, name] as const] : [])));
}

async function clear(
  deps: ExclusionDeps,
  client: JamfClient,
  { instance, groupId, profile }: { instance: string; groupId: string; profile: string },
): Promise<void> {
  const { leases, now } = deps;
  // The group first: whoever is seen in it has had a lease since before, if it is one of ours.
  const { computerIds } = await client.readGroup(groupId);
  const known = await heldIn(deps, instance, groupId);
  const strangers = computerIds.filter((id) => !known.some(({ computerId }) => computerId === id));
  for (const computerId of strangers) {
    const at = now();
    await leases.noteFound(instance, { profile, computerId, groupId, at, dueAt: at, returningSince: at });
  }
  const over: HeldLease[] = [];
  for (const lease of await heldIn(deps, instance, groupId))
    if (await isOver(deps, instance, lease)) over.push(lease);
  const back = computerIds.filter((id) => over.some(({ computerId }) => computerId === id));
  const still = back.length === 0 ? computerIds : await takeOut(client, groupId, back);
  const out = back.filter((id) => !still.includes(id));
  if (out.length > 0)
    deps.telemetry.emit('lease.taken-back', {
      instance,
      groupId,
      computers: out.length,
      found: out.filter((id) => strangers.includes(id)).length,
    });
  await settle(deps, instance, { still, over });
}

async function heldIn(
  { leases }: ExclusionDeps,
  instance: string,
  groupId: string,
): Promise<readonly HeldLease[]> {
  return (await leases.all(instance)).filter((lease) => lease.groupId === groupId);
}

/** Takes Macs out and reads the group back, from the same node. One that Jamf refuses does not keep the others in. */
async function takeOut(
  client: JamfClient,
  groupId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  return client.inSession(async (session) => {
    for (let from = 0; from < ids.length; from += MOST_CHANGED) {
      const batch = ids.slice(from, from + MOST_CHANGED);
      try {
        await session.removeFromGroup(groupId, batch);
      } catch (error) {
        if (!(error instanceof JamfError) || error.retryable || batch.length === 1) throw error;
        for (const id of batch) await session.removeFromGroup(groupId, [id]).catch(unlessPassing);
      }
    }
    return (await session.readGroup(groupId)).computerIds;
  });
}

function unlessPassing(error: unknown): void {
  if (!(error instanceof JamfError) || error.retryable) throw error;
}

/** Whether a Mac is to be taken back from here: nobody else will, or somebody should have. */
async function isOver(
  { redistributions, now }: ExclusionDeps,
  instance: string,
  lease: HeldLease,
): Promise<boolean> {
  if (lease.found) return true;
  if (now() >= Math.min(lease.dueAt, lease.returningSince ?? Infinity) + HEAD_START_MS) return true;
  const record = await redistributions.read(instance, lease.id);
  return record === null || record.closedAt !== null;
}

/** Forgets what is settled, and has a redistribution look whose Mac is back, or should be. */
async function settle(
  deps: ExclusionDeps,
  instance: string,
  { still, over }: { still: readonly string[]; over: readonly HeldLease[] },
): Promise<void> {
  const { leases, redistributions } = deps;
  for (const { id, computerId, found } of over) {
    const record = found ? null : await redistributions.read(instance, id);
    if (record !== null && record.closedAt === null) await signalRedistribution(deps, { instance, id });
    else if (!still.includes(computerId)) await leases.drop(instance, id);
  }
}

async function tellLate(deps: ExclusionDeps, instance: string, groupId: string): Promise<void> {
  const { instances, telemetry, now } = deps;
  const held = await heldIn(deps, instance, groupId);
  for (const { profile, computerId, dueAt, returningSince, at } of held) {
    const alarmMs = instances[instance]?.profiles[profile]?.cycle?.alarm ?? ALARM_MS;
    if (now() < Math.min(dueAt, returningSince ?? Infinity) + alarmMs) continue;
    telemetry.emit('lease.not-taken-back', { instance, profile, computerId, groupId, since: at });
  }
}
