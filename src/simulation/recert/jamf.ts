import {
  type Direction,
  lastAttempt,
  type Membership,
  type Redistribution,
} from '../../domain/redistribution/record.js';
import { groupIdOf, type Side } from '../../domain/redistribution/direction.js';
import type { Effect, Evidence, Need } from '../../domain/redistribution/evidence/evidence.js';
import type { WatchedProfile } from '../../domain/watched.js';
import { DAY_MS } from '../scenario.js';
import type { World } from '../world.js';
import type { Open } from './fleet.js';

const GATHER_MS = 2_000;
const MOST_READ = 100;

/** Simulated Jamf Pro: groups, commands and inventory. Counts one call for each Mac, except that inventory reads are batched. */
export interface PretendJamf {
  membership(mac: number): Membership;
  /** IDs of Recert's groups that a Mac is a member of. */
  groupIds(mac: number): readonly string[];
  read(mac: number, open: Open, need: Need): Partial<Evidence>;
  changeGroup(mac: number, open: Open, effect: Extract<Effect, { do: 'change-group' }>): Partial<Evidence>;
  blankPush(mac: number): void;
  /** Counts the call that reads inventory. Reads within the same two seconds share a call. */
  readInventory(at: number): void;
}

export function createPretendJamf(world: World, watched: WatchedProfile): PretendJamf {
  const { measures, macs, scenario } = world;
  const joinGreen = new Uint8Array(scenario.computers);
  const leaveBlue = new Uint8Array(scenario.computers);
  /** Inventory reads in the current call, for each interval of `GATHER_MS`. */
  const gathered = new Uint8Array(Math.ceil((scenario.days * DAY_MS) / GATHER_MS));
  const ids = [0, 1, 2, 3].map((bits) => [
    ...((bits & 1) === 0 ? [] : [groupIdOf('joinGreen', watched, null)]),
    ...((bits & 2) === 0 ? [] : [groupIdOf('leaveBlue', watched, null)]),
  ]);
  const membership = (mac: number): Membership => ({
    joinGreen: joinGreen[mac] === 1,
    leaveBlue: leaveBlue[mac] === 1,
  });
  /** Jamf Pro installs or removes a profile automatically when a Mac enters or leaves its scope. */
  const install = (mac: number, { record, commands }: Open, side: Side) => {
    commands[side].push({
      uuid: `${record.id}.${String(record.attempts.length)}`,
      type: 'INSTALL_PROFILE',
      profileId: watched[side].id,
      state: 'PENDING',
      sentAt: world.now(),
      completedAt: null,
      error: '',
    });
    world.send(mac, side === 'green' ? 1 : 0);
  };
  const remove = (mac: number, { commands }: Open, side: Side) => {
    if (commands[side].at(-1)?.state === 'PENDING') {
      commands[side].pop();
      world.drop(mac);
    }
    macs.remove(mac, world.now(), side === 'green' ? 1 : 0);
  };

  return {
    membership,
    groupIds: (mac) => ids[(joinGreen[mac] ?? 0) + 2 * (leaveBlue[mac] ?? 0)] ?? [],
    read(mac, open, need) {
      switch (need.what) {
        case 'membership': {
          measures.calls(need.groups.length);
          const all = { ...membership(mac), exclude: false };
          return { membership: Object.fromEntries(need.groups.map((group) => [group, all[group]])) };
        }
        case 'commands':
          measures.calls(need.lists.length);
          return {
            commands: Object.fromEntries(
              need.lists.map((list) => [
                list,
                list === 'install-blue'
                  ? open.commands.blue
                  : list === 'install-green'
                    ? open.commands.green
                    : [],
              ]),
            ),
          };
        case 'failure-text':
          measures.calls(1);
          return { failureText: open.commands[need.side].at(-1)?.error ?? '' };
        case 'cover': {
          measures.calls(2);
          const { computer } = open;
          const profiles = [
            { id: watched[need.side].id, identifier: '', displayName: '', installedAt: null },
          ];
          return {
            cover: { [need.side]: { profile: watched[need.side], computer: { ...computer, profiles } } },
          };
        }
        case 'attempts':
        case 'room':
        case 'token':
        case 'cycle-token':
        case 'breaker':
          throw new RangeError(`${need.what} is not read from Jamf Pro`);
      }
    },
    changeGroup(mac, open, { change: { group, op }, purpose }) {
      if (group === 'exclude') throw new RangeError('the simulation does not support cycle');
      measures.calls(2);
      const members = group === 'joinGreen' ? joinGreen : leaveBlue;
      const was = members[mac] === 1;
      const is = op === 'add';
      members[mac] = is ? 1 : 0;
      if (was !== is) {
        if (group === 'joinGreen') (is ? install : remove)(mac, open, 'green');
        else (is ? remove : install)(mac, open, 'blue');
      }
      return { membership: { [group]: is }, written: purpose };
    },
    blankPush(mac) {
      measures.calls(1);
      world.blankPush(mac);
    },
    readInventory(at) {
      const moment = Math.floor((at - scenario.startAt) / GATHER_MS);
      const there = gathered[moment] ?? 0;
      if (there === 0) measures.calls(1);
      gathered[moment] = (there + 1) % MOST_READ;
    },
  };
}

/** The profile that the current attempt installs. */
export function sideUnderWay(record: Redistribution): Side {
  const direction: Direction | undefined = lastAttempt(record)?.direction;
  return direction === 'to-blue' ? 'blue' : 'green';
}
