import type { JamfClient } from '../../application/ports.js';
import type { MdmCommand } from '../../domain/profile.js';
import { profileAt, type Side } from '../../domain/redistribution/direction.js';
import { profilesOf, type WatchedProfile } from '../../domain/watched.js';
import type { Taken, World } from '../world.js';
import { macOf } from './fleet.js';

type CommandQuery = Parameters<JamfClient['findCommands']>[0];

/** The InstallProfile commands of all simulated Macs, and the removal of profiles. */
export interface Commands {
  install(mac: number, side: Side): void;
  /** Removes a profile from a Mac. A pending command for it is deleted. */
  remove(mac: number, side: Side): void;
  /** Deletes the failed commands of a Mac. If there are any, Jamf Pro sends the profile again. */
  flush(mac: number): void;
  /** Records the result of the pending command of a Mac. */
  taken(mac: number, taken: Taken): void;
  find(query: CommandQuery): readonly MdmCommand[];
  /** Returns the failed commands as in the history of a computer, newest first. */
  failed(mac: number): Awaited<ReturnType<JamfClient['readFailedCommands']>>;
}

export function createCommands(world: World, watched: WatchedProfile): Commands {
  const sent = new Map<number, MdmCommand[]>();
  let count = 0;
  const of = (mac: number) => sent.get(mac) ?? [];
  const number = (side: Side) => (side === 'green' ? 1 : 0);
  const commands: Commands = {
    flush(mac) {
      const kept = of(mac).filter(({ state }) => state !== 'ERROR');
      if (kept.length === of(mac).length) return;
      sent.set(mac, kept);
      commands.install(mac, 'blue');
    },
    install(mac, side) {
      count += 1;
      const command: MdmCommand = {
        uuid: `c${String(count)}`,
        type: 'INSTALL_PROFILE',
        profileId: profileAt(watched, side).id,
        state: 'PENDING',
        sentAt: world.now(),
        completedAt: null,
        error: '',
      };
      sent.set(mac, [...of(mac), command]);
      world.send(mac, number(side));
    },
    remove(mac, side) {
      const pending = of(mac).find(
        ({ state, profileId }) => state === 'PENDING' && profileId === profileAt(watched, side).id,
      );
      if (pending !== undefined) {
        sent.set(
          mac,
          of(mac).filter((command) => command !== pending),
        );
        world.drop(mac);
      }
      world.macs.remove(mac, world.now(), number(side));
    },
    taken(mac, { error }) {
      const pending = of(mac).find(({ state }) => state === 'PENDING');
      if (pending === undefined) return;
      pending.state = error === null ? 'ACKNOWLEDGED' : 'ERROR';
      pending.completedAt = world.now();
      pending.error = error ?? '';
    },
    find: ({ managementId, type, profileId, sentAfter }) =>
      of(macOf(managementId)).filter(
        (command) => command.type === type && command.profileId === profileId && command.sentAt >= sentAfter,
      ),
    failed: (mac) =>
      of(mac)
        .filter(({ state }) => state === 'ERROR')
        .map(({ profileId, completedAt, error }) => ({
          name: `Install Configuration Profile ${profilesOf(watched).find(({ id }) => id === profileId)?.name ?? ''}`,
          failedAt: completedAt,
          error,
        }))
        .reverse(),
  };
  return commands;
}
