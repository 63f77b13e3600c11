import type { Fence } from '../../domain/fence.js';
import type { Ports } from '../ports.js';

/**
 * Records changes of groups by Recert, to distinguish them from changes by a person or another installation. Not
 * needed in the simulation.
 */
export interface GroupWriteLog {
  groups: Pick<Ports['groups'], 'noteSent' | 'noteShown'>;
  now: () => number;
}

/** The group whose members are changed. */
interface Where {
  instance: string;
  groupId: string;
}

/** Returns a fence that records the change when it permits the request, because the request may be sent from then on. */
export function recordingFence(
  log: GroupWriteLog | undefined,
  { instance, groupId }: Where,
  { computerIds, fence }: { computerIds: readonly string[]; fence: Fence },
): Fence {
  if (log === undefined) return fence;
  return {
    maxAgeMs: fence.maxAgeMs,
    check: async () => {
      const reason = await fence.check();
      if (reason === null) await log.groups.noteSent(instance, groupId, computerIds, log.now());
      return reason;
    },
  };
}

/** Records the membership that was read back after a change. */
export async function recordShown(
  log: GroupWriteLog | undefined,
  { instance, groupId }: Where,
  { computerIds, members }: { computerIds: readonly string[]; members: readonly string[] },
): Promise<void> {
  if (log === undefined || computerIds.length === 0) return;
  const all = new Set(members);
  const shown = new Map(computerIds.map((id) => [id, all.has(id)] as const));
  await log.groups.noteShown(instance, groupId, shown, log.now());
}
