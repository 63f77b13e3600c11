import type { Certificate, Computer } from '../../../src/domain/computer.js';
import type { MdmCommand } from '../../../src/domain/profile.js';
import type { StatusAnswer } from '../../../src/domain/redistribution/evidence/status.js';
import type { JamfClient } from '../../../src/jamf/client.js';
import { JamfError } from '../../../src/domain/jamf-error.js';
import { type Fence, FencedError } from '../../../src/domain/fence.js';
import { createPermit } from '../../../src/jamf/transport/permit.js';
import { certificateOf, computerOf, DAY, IDS, profileOf } from './fixtures.js';
import { profileAsRead, type Side, SIDES, type ProfileChange } from './profile-changes.js';

/** The actual state of a Mac, which may differ from its inventory. */
interface MacState {
  base: Computer;
  online: boolean;
  /** The certificate that each installed profile brought. */
  certificates: Map<Side, { serialNumber: string; issuedAt: number; expiresAt: number }>;
  commands: { command: MdmCommand; side: Side }[];
  /** Errors of the next installations and removals. */
  failures: string[];
  refusals: string[];
  /** Whether an installation was acknowledged after the last inventory report. */
  unreported: boolean;
  /** Profiles whose failed command was flushed. They are sent again at the next contact. */
  flushed: Set<Side>;
  reported: Computer;
  /** When a user removed a profile. Inventory may not show it yet. */
  profileRemovedAt: number | null;
}

/**
 * A call in progress. `before`: before the fence of a write is checked. `after`: after the simulated Jamf Pro has executed it. A hook may
 * wait or throw.
 */
export type Hook = (when: 'before' | 'after', call: string, write: boolean) => Promise<void> | void;

/**
 * Receives a write that its fence permitted, immediately before the simulated Jamf Pro executes it. If it throws, the write is not
 * executed.
 */
export type OnSend = (call: string) => void;

/**
 * A minimal simulation of Jamf Pro with two profiles and two static groups: a change of scope sends commands, an online Mac executes them,
 * an installation issues a new certificate, and inventory shows the state at the time of its report.
 */
export interface SimulatedJamf {
  client(hook?: Hook, onSend?: OnSend): JamfClient;
  /** What the declarative status of a Mac is answered; by default, the server knows none. */
  status: (id: string) => StatusAnswer;
  /** The certificates that are on a Mac, as its declarative status shows them. */
  certificatesOn(id: string): readonly Certificate[];
  add(id: string, changes?: Partial<Computer>): void;
  mac(id: string): MacState;
  members(group: string): ReadonlySet<string>;
  /** Executes pending commands if the Mac is online. */
  deliver(id: string): void;
  /** Reports inventory if the Mac is online. */
  report(id: string): void;
  /** The setting of Jamf Pro, or an admin, installs the current profile of the Mac again. */
  renewNatively(id: string): void;
  /** An admin sends the profiles in scope of the Mac again. The commands are then pending. */
  sendByAdmin(id: string): void;
  /** The Mac enrolls again and gets the profiles in its scope. Inventory follows later. */
  reenroll(id: string): void;
  /** A user removes a profile on the Mac. Jamf Pro learns this from the next inventory. */
  removeProfile(id: string, side: Side): void;
  /** An admin changes a profile in Jamf Pro. Macs that leave its scope get a command to remove it. */
  changeProfile(side: Side, how: ProfileChange): void;
  /** The admin reverts the changes. Macs that enter a scope get a command to install the profile. */
  undoProfileChanges(): void;
  /** Whether the profile exists and the Mac is in its scope. */
  inScope(side: Side, id: string): boolean;
  profileChanges: ReadonlyMap<Side, ProfileChange>;
  /** Certificates issued, by Mac. */
  issued: Map<string, number>;
  /** Writes that Jamf Pro received, oldest first. */
  writes: string[];
  /** Writes that a fence refused. */
  fenced: string[];
  /** Installations sent because of a group change of Recert, by Mac. */
  installsSent: Map<string, number>;
  blankPushes: number;
  /** Group changes without effect. Jamf Pro accepts them, but Recert should not send them. */
  redundant: string[];
  /** Macs that got an InstallProfile while another was pending, or before inventory could show the result of the last one. */
  premature: string[];
}

const LIFE = 365 * DAY;

export function createSimulatedJamf(now: () => number): SimulatedJamf {
  const macs = new Map<string, MacState>();
  const groups: Record<string, Set<string>> = {
    [IDS.joinGreen]: new Set(),
    [IDS.leaveBlue]: new Set(),
    [IDS.exclude]: new Set(),
  };
  const issued = new Map<string, number>();
  const installsSent = new Map<string, number>();
  const writes: string[] = [];
  const fenced: string[] = [];
  const redundant: string[] = [];
  const premature: string[] = [];
  const profileChanges = new Map<Side, ProfileChange>();
  let serial = 0;
  let uuid = 0;
  let blankPushes = 0;

  const mac = (id: string) => {
    const found = macs.get(id);
    if (found === undefined) throw new Error(`no Mac ${id}`);
    return found;
  };
  const isIn = (group: string, id: string) => groups[group]?.has(id) ?? false;
  const inScope = (side: Side, id: string) => {
    const [joined, left] = [isIn(IDS.joinGreen, id), isIn(IDS.leaveBlue, id)];
    const how = profileChanges.get(side);
    if (how === 'deleted' || how === 'unscoped' || isIn(IDS.exclude, id)) return false;
    return how === 'coupled' ? joined && !left : side === 'green' ? joined : !left;
  };

  function send(id: string, side: Side, type: 'INSTALL_PROFILE' | 'REMOVE_PROFILE'): void {
    mac(id).commands.push({
      side,
      command: {
        uuid: `u-${(uuid += 1)}`,
        type,
        profileId: IDS[side],
        state: 'PENDING',
        sentAt: now(),
        completedAt: null,
        error: '',
      },
    });
  }

  function rescope(id: string, work: () => void): void {
    const before = SIDES.map((side) => inScope(side, id));
    const memberships = JSON.stringify(Object.values(groups).map((group) => group.has(id)));
    work();
    if (memberships === JSON.stringify(Object.values(groups).map((group) => group.has(id))))
      redundant.push(id);
    SIDES.forEach((side, index) => {
      const was = before[index] ?? false;
      const is = inScope(side, id);
      if (!was && is) sendInstall(id, side);
      if (was && !is && mac(id).certificates.has(side)) send(id, side, 'REMOVE_PROFILE');
    });
  }

  function sendInstall(id: string, side: Side): void {
    mac(id).flushed.delete(side);
    const pending = mac(id).commands.some(
      ({ command }) => command.type === 'INSTALL_PROFILE' && command.state === 'PENDING',
    );
    if (pending || mac(id).unreported) premature.push(id);
    send(id, side, 'INSTALL_PROFILE');
    installsSent.set(id, (installsSent.get(id) ?? 0) + 1);
  }

  function issue(id: string, side: Side): void {
    issued.set(id, (issued.get(id) ?? 0) + 1);
    mac(id).certificates.set(side, {
      serialNumber: `S${(serial += 1)}`,
      issuedAt: now(),
      expiresAt: now() + LIFE,
    });
  }

  function deliver(id: string): void {
    const state = mac(id);
    if (!state.online) return;
    for (const side of [...state.flushed]) if (inScope(side, id)) sendInstall(id, side);
    state.flushed.clear();
    for (const entry of state.commands) {
      if (entry.command.state !== 'PENDING') continue;
      const failure = (entry.command.type === 'INSTALL_PROFILE' ? state.failures : state.refusals).shift();
      if (failure !== undefined) {
        entry.command = { ...entry.command, state: 'ERROR', completedAt: now(), error: failure };
        continue;
      }
      if (entry.command.type === 'INSTALL_PROFILE') {
        issue(id, entry.side);
        state.unreported = true;
      } else state.certificates.delete(entry.side);
      entry.command = { ...entry.command, state: 'ACKNOWLEDGED', completedAt: now() };
    }
  }

  function snapshot(id: string): Computer {
    const { base, certificates, reported } = mac(id);
    return {
      ...base,
      reportedAt: now(),
      lastContactAt: Math.max(now(), reported.lastContactAt ?? 0),
      groupIds: Object.keys(groups).filter((group) => isIn(group, id)),
      certificates: SIDES.flatMap((side) => {
        const found = certificates.get(side);
        return found === undefined ? [] : [certificateOf(side, found)];
      }),
      profiles: SIDES.flatMap((side) => {
        const found = certificates.get(side);
        if (found === undefined) return [];
        const { identifier, name } = profileOf(side);
        return [{ id: IDS[side], identifier, displayName: name, installedAt: found.issuedAt }];
      }),
    };
  }

  function client(hook: Hook = () => undefined, onSend: OnSend = () => undefined): JamfClient {
    const call = async <T>(name: string, work: () => T): Promise<T> => {
      await hook('before', name, false);
      const result = work();
      await hook('after', name, false);
      return result;
    };
    const write = async <T>(name: string, fence: Fence, work: () => T): Promise<T> => {
      await hook('before', name, true);
      const refusal = await createPermit(fence, { monotonic: now, wall: now })();
      if (refusal !== null) {
        fenced.push(name);
        throw new FencedError(refusal);
      }
      onSend(name);
      const result = work();
      writes.push(name);
      await hook('after', name, true);
      return result;
    };
    const self: JamfClient = {
      instance: 'prod',
      version: () => call('version', () => '11.30.1'),
      readComputers: (ids) => call('computers', () => ids.flatMap((id) => macs.get(id)?.reported ?? [])),
      listComputers: () => Promise.reject(new Error('not in this model')),
      listProfiles: () => Promise.reject(new Error('not in this model')),
      readStatus: (managementId) =>
        call('status', () => {
          const id = [...macs.values()].find(({ base }) => base.managementId === managementId)?.base.id ?? '';
          return simulated.status(id);
        }),
      readProfile: (id) =>
        call('profile', () => {
          const side = id === IDS.blue ? 'blue' : 'green';
          if (profileChanges.get(side) === 'deleted') throw jamfError('answered 404', { status: 404 });
          return profileAsRead(side, profileChanges.get(side));
        }),
      readGroup: (id) =>
        call('group', () => ({ id, name: id, smart: false, computerIds: [...(groups[id] ?? [])] })),
      addToGroup: (group, ids, fence) =>
        write(`add ${ids.join()} to ${group}`, fence, () =>
          ids.forEach((id) => rescope(id, () => groups[group]?.add(id))),
        ),
      removeFromGroup: (group, ids, fence) =>
        write(`remove ${ids.join()} from ${group}`, fence, () =>
          ids.forEach((id) => rescope(id, () => groups[group]?.delete(id))),
        ),
      findCommands: ({ managementId, type, profileId, sentAfter }) =>
        call('commands', () =>
          [...macs.values()]
            .filter(({ base }) => base.managementId === managementId)
            .flatMap(({ commands }) => commands)
            .map(({ command }) => command)
            .filter((one) => one.type === type && one.profileId === profileId && one.sentAt >= sentAfter),
        ),
      blankPush: (_ids, fence) =>
        write('blank push', fence, () => {
          blankPushes += 1;
          return [];
        }),
      flushFailedCommands: (id, fence) =>
        write(`flush ${id}`, fence, () => {
          const state = mac(id);
          for (const side of SIDES) {
            const last = state.commands.findLast((one) => one.side === side);
            if (last?.command.state === 'ERROR') state.flushed.add(side);
          }
          state.commands = state.commands.filter(({ command }) => command.state !== 'ERROR');
        }),
      readFailedCommands: (id) =>
        call('history', () =>
          mac(id)
            .commands.filter(({ command }) => command.state === 'ERROR')
            .map(({ command, side }) => ({
              name: `Install Configuration Profile ${profileOf(side).name}`,
              failedAt: command.completedAt,
              error: command.error,
            })),
        ),
      inSession: (work) => work(self),
    };
    return self;
  }

  const simulated: SimulatedJamf = {
    status: () => ({ kind: 'missing' }),
    certificatesOn: (id) => snapshot(id).certificates,
    client,
    add(id, changes = {}) {
      const base = computerOf({ id, managementId: `m-${id}`, serialNumber: `C02-${id}`, ...changes });
      for (const group of base.groupIds) groups[group]?.add(id);
      const certificates: MacState['certificates'] = new Map();
      for (const { subject, serialNumber, issuedAt, expiresAt } of base.certificates)
        certificates.set(subject.includes(profileOf('green').identifier) ? 'green' : 'blue', {
          serialNumber,
          issuedAt: issuedAt ?? 0,
          expiresAt: expiresAt ?? 0,
        });
      macs.set(id, {
        base,
        online: true,
        certificates,
        commands: [],
        failures: [],
        refusals: [],
        unreported: false,
        flushed: new Set(),
        reported: base,
        profileRemovedAt: null,
      });
    },
    mac,
    members: (group) => groups[group] ?? new Set(),
    deliver,
    report(id) {
      const state = mac(id);
      if (!state.online) return;
      state.reported = snapshot(id);
      state.unreported = false;
    },
    renewNatively(id) {
      for (const side of SIDES) if (mac(id).certificates.has(side)) issue(id, side);
    },
    sendByAdmin(id) {
      for (const side of SIDES.filter((one) => inScope(one, id))) {
        mac(id).flushed.delete(side);
        send(id, side, 'INSTALL_PROFILE');
      }
    },
    reenroll(id) {
      const state = mac(id);
      state.base = { ...state.base, managementId: `${state.base.managementId}x`, enrolledAt: now() };
      state.commands = [];
      state.flushed.clear();
      for (const side of SIDES)
        if (inScope(side, id)) issue(id, side);
        else state.certificates.delete(side);
      // Jamf Pro knows the enrollment at once. Inventory is unchanged.
      const { managementId, enrolledAt } = state.base;
      state.reported = { ...state.reported, managementId, enrolledAt };
      // A profile that an enrollment installs does not answer a command.
      state.unreported = false;
    },
    removeProfile(id, side) {
      mac(id).certificates.delete(side);
      mac(id).profileRemovedAt = now();
    },
    changeProfile(side, how) {
      const were = [...macs.keys()].filter((id) => inScope(side, id) && mac(id).certificates.has(side));
      profileChanges.set(side, how);
      for (const id of were) if (!inScope(side, id)) send(id, side, 'REMOVE_PROFILE');
    },
    undoProfileChanges() {
      const outside = [...profileChanges.keys()].flatMap((side) =>
        [...macs.keys()].filter((id) => !inScope(side, id)).map((id) => ({ side, id })),
      );
      profileChanges.clear();
      for (const { side, id } of outside) if (inScope(side, id)) send(id, side, 'INSTALL_PROFILE');
    },
    inScope,
    profileChanges,
    issued,
    writes,
    fenced,
    installsSent,
    redundant,
    premature,
    get blankPushes() {
      return blankPushes;
    },
  };
  return simulated;
}

/** A failed call to Jamf Pro, as the client reports it. */
export function jamfError(
  happened: string,
  { inDoubt = false, status = null }: { inDoubt?: boolean; status?: number | null } = {},
): JamfError {
  return new JamfError({
    instance: 'prod',
    call: 'groups.add',
    status,
    happened,
    said: '',
    advice: 'Try later.',
    retryable: true,
    inDoubt,
    retryAfterMs: null,
  });
}
