import type { JamfClient } from '../../ports.js';
import { type Fence, FencedError } from '../../../domain/fence.js';
import { type Batcher, createBatcher } from '../../../process/batcher.js';
import { type GroupWriteLog, recordingFence, recordShown } from '../group-writes.js';
import { writeMembers } from '../write-members.js';

/** Access to static groups. Each call is for one Mac; concurrent calls share a request to Jamf Pro. */
export interface Groups {
  isMember(client: JamfClient, groupId: string, computerId: string): Promise<boolean>;
  /**
   * Changes the membership of a Mac and reads it back from the same node. Returns the membership that Jamf Pro then
   * shows. Throws a `FencedError` if the check before the write (fence) refuses this Mac.
   */
  change(
    client: JamfClient,
    groupId: string,
    op: 'add' | 'remove',
    member: { computerId: string; fence: Fence },
  ): Promise<boolean>;
}

/**
 * Maximum number of Macs in one read. Every read returns the whole group, so the limit is high. Calls that arrive
 * during a read share the next read.
 */
const MOST_READ = 10_000;
/**
 * Maximum number of Macs in one change of a group. If Jamf Pro refuses a change because of one Mac, the whole change
 * is delayed, so smaller changes delay fewer Macs.
 */
const MOST_CHANGED = 100;

interface Member {
  computerId: string;
  fence: Fence;
}

/** Creates the access to static groups. Only calls in the same process share a request. `log` records the changes. */
export function createGroups(log?: GroupWriteLog): Groups {
  const readers = new Map<string, Batcher<string, boolean>>();
  const writers = new Map<string, Batcher<Member, boolean | FencedError>>();
  return {
    isMember(client, groupId, computerId) {
      const name = `${client.instance}/${groupId}`;
      const reader =
        readers.get(name) ??
        createBatcher<string, boolean>((ids) => read(client, groupId, ids), { most: MOST_READ, lanes: 1 });
      readers.set(name, reader);
      return reader.add(computerId);
    },
    async change(client, groupId, op, member) {
      const name = `${client.instance}/${groupId}/${op}`;
      const writer =
        writers.get(name) ??
        createBatcher<Member, boolean | FencedError>(
          (members) => changeAll(client, { groupId, op, log }, members),
          { most: MOST_CHANGED, lanes: 1 },
        );
      writers.set(name, writer);
      const result = await writer.add(member);
      if (result instanceof FencedError) throw result;
      return result;
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
  { groupId, op, log }: { groupId: string; op: 'add' | 'remove'; log: GroupWriteLog | undefined },
  members: readonly Member[],
): Promise<readonly (boolean | FencedError)[]> {
  const where = { instance: client.instance, groupId };
  return client.inSession(async (session) => {
    const refused = new Map<Member, FencedError>();
    const write = (part: readonly Member[]) =>
      writePermitted(part, refused, async (computerIds, given) => {
        const fence = recordingFence(log, where, { computerIds, fence: given });
        if (op === 'add') await session.addToGroup(groupId, computerIds, fence);
        else await session.removeFromGroup(groupId, computerIds, fence);
      });
    // The error is not needed: the membership that is read back shows which Macs were rejected, and the next request
    // for such a Mac returns the reason.
    await writeMembers(members, write);
    if (refused.size === members.length) return members.map((member) => refused.get(member) ?? false);
    const { computerIds: shown } = await session.readGroup(groupId);
    const written = members.filter((member) => !refused.has(member));
    await recordShown(log, where, { computerIds: idsOf(written), members: shown });
    const all = new Set(shown);
    return members.map((member) => refused.get(member) ?? all.has(member.computerId));
  });
}

/**
 * Sends one request for the Macs whose checks (fences) permit the write. The checks run immediately before the
 * request is sent. If they refuse some of the Macs, this request is not sent, and a new request is made for the
 * remaining Macs.
 */
async function writePermitted(
  members: readonly Member[],
  refused: Map<Member, FencedError>,
  send: (ids: readonly string[], fence: Fence) => Promise<void>,
): Promise<void> {
  let left = members.filter((member) => !refused.has(member));
  while (left.length > 0) {
    const before = refused.size;
    const fence: Fence = {
      maxAgeMs: Math.min(...left.map((member) => member.fence.maxAgeMs)),
      check: () => refusalOfSome(left, refused),
    };
    try {
      await send(idsOf(left), fence);
      return;
    } catch (error) {
      if (!(error instanceof FencedError)) throw error;
      // Every check permitted its Mac, but Redis responded too late. The request is then refused for all Macs.
      if (refused.size === before) for (const member of left) refused.set(member, error);
      left = left.filter((member) => !refused.has(member));
    }
  }
}

/** Runs the check of every Mac, and records the refused Macs. Returns a reason if at least one Mac is refused. */
async function refusalOfSome(
  members: readonly Member[],
  refused: Map<Member, FencedError>,
): Promise<string | null> {
  const reasons = await Promise.all(members.map(({ fence }) => fence.check()));
  members.forEach((member, index) => {
    const reason = reasons[index] ?? null;
    if (reason !== null) refused.set(member, new FencedError(reason));
  });
  return reasons.find((reason) => reason !== null) ?? null;
}

/** Returns each ID once. A Mac can be in a request twice: for a job that lost its lock, and for the job that took over. */
function idsOf(members: readonly Member[]): readonly string[] {
  return [...new Set(members.map(({ computerId }) => computerId))];
}
