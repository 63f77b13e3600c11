import type { JamfClient } from '../../ports.js';
import { JamfError } from '../../../domain/jamf-error.js';
import { gatherer } from './batcher.js';

/** Static groups as steps see them: one Mac at a time, however many are read or changed in one call. */
export interface Groups {
  isMember(client: JamfClient, groupId: string, computerId: string): Promise<boolean>;
  /** Changes the membership and reads it back from the same node: returns what Jamf shows then. */
  change(client: JamfClient, groupId: string, op: 'add' | 'remove', computerId: string): Promise<boolean>;
}

/** A group may have as many members as the fleet has Macs: whoever asks while it is read waits for the next reading, all together. */
const MOST_READ = 10_000;
/** A change is one document and atomic: not so large that one bad Mac spoils it for too many. */
const MOST_CHANGED = 100;

/** Groups whose calls are gathered, for one process. */
export function createGroups(): Groups {
  const gatherers = new Map<string, (computerId: string) => Promise<boolean>>();

  function gathered(
    name: string,
    most: number,
    run: (ids: readonly string[]) => Promise<readonly boolean[]>,
  ): (computerId: string) => Promise<boolean> {
    const existing = gatherers.get(name);
    if (existing !== undefined) return existing;
    const fresh = gatherer(run, most);
    gatherers.set(name, fresh);
    return fresh;
  }

  return {
    isMember(client, groupId, computerId) {
      return gathered(`${client.instance}/${groupId}/read`, MOST_READ, (ids) => read(client, groupId, ids))(
        computerId,
      );
    },
    change(client, groupId, op, computerId) {
      return gathered(`${client.instance}/${groupId}/${op}`, MOST_CHANGED, (ids) =>
        changeAll(client, groupId, op, ids),
      )(computerId);
    },
  };
}

async function read(
  client: JamfClient,
  groupId: string,
  ids: readonly string[],
): Promise<readonly boolean[]> {
  const members = new Set((await client.readGroup(groupId)).computerIds);
  return ids.map((id) => members.has(id));
}

async function changeAll(
  client: JamfClient,
  groupId: string,
  op: 'add' | 'remove',
  ids: readonly string[],
): Promise<readonly boolean[]> {
  return client.inSession(async (session) => {
    const write = (members: readonly string[]) =>
      op === 'add' ? session.addToGroup(groupId, members) : session.removeFromGroup(groupId, members);
    try {
      await write(ids);
    } catch (error) {
      // Jamf refuses a whole request for one Mac that it does not know or manage. Alone, each gets what it deserves: whoever was
      // refused is told by the membership read back, and asks again by itself to learn why.
      if (ids.length === 1 || !(error instanceof JamfError) || error.retryable || error.inDoubt) throw error;
      for (const id of ids) await write([id]).catch(unlessPassing);
    }
    return read(session, groupId, ids);
  });
}

function unlessPassing(error: unknown): void {
  if (!(error instanceof JamfError) || error.retryable || error.inDoubt) throw error;
}
