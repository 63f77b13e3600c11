import type { JamfClient } from '../../application/ports.js';
import type { Groups } from '../../application/redistribution/run/group-membership.js';
import { type Fence, FencedError } from '../../domain/fence.js';
import { JamfError } from '../../domain/jamf-error.js';
import type { WatchedProfile } from '../../domain/watched.js';
import { DAY_MS } from '../scenario.js';
import type { World } from '../world.js';
import { type Commands, createCommands } from './commands.js';
import { inventoryOf, macOf, profileDetails } from './fleet.js';

const GATHER_MS = 2_000;
const MOST_READ = 100;

const UNREACHABLE = new JamfError({
  instance: 'fleet-year',
  call: 'the call',
  status: null,
  happened: 'was not answered',
  said: '',
  advice: 'The simulated outage ends automatically.',
  retryable: true,
  inDoubt: false,
  retryAfterMs: null,
});

/**
 * A simulated Jamf Pro with groups, commands and inventory. An API call is counted for each Mac, but one read of
 * inventory covers up to a hundred Macs.
 */
export interface SimulatedJamf extends Pick<Commands, 'taken'> {
  client: JamfClient;
  groups: Groups;
  /** Counts the API call that reads the inventory of a Mac. Reads within the same two seconds share one call. */
  countReading(at: number): void;
  /**
   * Sends the first (blue) profile to a Mac, on behalf of Jamf Pro or of a person. Has no effect while a command is
   * pending.
   */
  install(mac: number): void;
}

export function createSimulatedJamf(world: World, watched: WatchedProfile): SimulatedJamf {
  const { macs, measures, presence } = world;
  const commands = createCommands(world, watched);
  const members = createMembers(world, watched, commands);
  const countReading = createReadingCount(world);
  /** Counts API calls. During an outage, calls fail and are not counted. */
  const call = <T>(count: number, answer: () => T): Promise<T> => {
    if (presence.jamfUpAt(world.now()) !== world.now()) return Promise.reject(UNREACHABLE);
    measures.calls(count);
    return Promise.resolve(answer());
  };
  const write = async <T>({ check }: Fence, count: number, answer: () => T): Promise<T> => {
    const refusal = await check();
    if (refusal !== null) throw new FencedError(refusal);
    return call(count, answer);
  };
  const unsupported = () => Promise.reject(new RangeError('the simulation does not support this call'));
  return {
    client: {
      instance: watched.instance,
      findCommands: (query) => call(1, () => commands.find(query)),
      readFailedCommands: (computerId) => call(1, () => commands.failed(macOf(computerId))),
      readStatus: () => Promise.resolve({ kind: 'missing' }),
      readProfile: (id) => call(1, () => profileDetails(watched, id)),
      readComputers: (ids) =>
        call(0, () =>
          ids.map(macOf).map((mac) => {
            countReading(world.now());
            macs.advance(mac, world.now());
            return inventoryOf(world, mac, watched, members.groupIds(mac));
          }),
        ),
      blankPush: (managementIds, fence) =>
        write(fence, 1, () => {
          for (const id of managementIds) world.blankPush(macOf(id));
          return [];
        }),
      version: unsupported,
      listComputers: unsupported,
      listProfiles: unsupported,
      readGroup: unsupported,
      addToGroup: unsupported,
      removeFromGroup: unsupported,
      flushFailedCommands: (computerId, fence) => write(fence, 1, () => commands.flush(macOf(computerId))),
      inSession: unsupported,
    },
    groups: {
      isMember: (_client, groupId, computerId) => call(1, () => members.has(groupId, macOf(computerId))),
      change: (_client, groupId, op, { computerId, fence }) =>
        write(fence, 2, () => members.set(groupId, macOf(computerId), op === 'add')),
    },
    countReading,
    install(mac) {
      if (!world.isPending(mac)) commands.install(mac, 'blue');
    },
    taken: (mac, taken) => commands.taken(mac, taken),
  };
}

/**
 * The two groups of `overlap`. When a Mac enters or leaves the scope of a profile, Jamf Pro installs or removes the
 * profile automatically.
 */
function createMembers({ scenario }: World, { policy }: WatchedProfile, commands: Commands) {
  const { joinGreen = '', leaveBlue = '' } = policy.overlap ?? {};
  const green = new Uint8Array(scenario.computers);
  const notBlue = new Uint8Array(scenario.computers);
  /** The four possible lists of group IDs, which all Macs share: no group, the first group, the second group, both groups. */
  const ids = [[], [joinGreen], [leaveBlue], [joinGreen, leaveBlue]];
  const has = (groupId: string, mac: number) =>
    (groupId === joinGreen && green[mac] === 1) || (groupId === leaveBlue && notBlue[mac] === 1);
  return {
    has,
    /** Adds the Mac to the group or removes it, and returns whether the Mac is now a member. */
    set(groupId: string, mac: number, isMember: boolean): boolean {
      const side = groupId === joinGreen ? 'green' : 'blue';
      if (has(groupId, mac) === isMember) return isMember;
      (side === 'green' ? green : notBlue)[mac] = isMember ? 1 : 0;
      if (isMember === (side === 'green')) commands.install(mac, side);
      else commands.remove(mac, side);
      return isMember;
    },
    groupIds: (mac: number): readonly string[] => ids[(green[mac] ?? 0) + 2 * (notBlue[mac] ?? 0)] ?? [],
  };
}

/**
 * Creates the function that counts API calls for reads of inventory: one call for up to a hundred reads within the
 * same two seconds.
 */
function createReadingCount({ measures, scenario }: World): (at: number) => void {
  /** Number of reads in the current call of each interval of `GATHER_MS`. */
  const gathered = new Uint8Array(Math.ceil((scenario.days * DAY_MS) / GATHER_MS));
  return (at) => {
    const moment = Math.floor((at - scenario.startAt) / GATHER_MS);
    const there = gathered[moment] ?? 0;
    if (there === 0) measures.calls(1);
    gathered[moment] = (there + 1) % MOST_READ;
  };
}
