import type { Computer } from '../model.js';
import { WorldError } from '../refusal.js';
import type { Computers } from '../contracts/fleet.js';
import type { Member } from './member.js';

/** The members of the fleet, with indexes of their records. */
export interface Registry {
  readonly computers: Computers;
  get(id: number): Member | undefined;
  /** Returns the member with an ID. @throws WorldError unknown-computer */
  need(id: number): Member;
  byManagementId(managementId: string): Member | undefined;
  members(): IterableIterator<Member>;
  add(member: Member): void;
  remove(member: Member): void;
  /** Changes the management ID of a Mac at re-enrollment. */
  setManagementId(member: Member, managementId: string): void;
  /** Returns the next unused ID. IDs of deleted Macs are not reused. */
  nextId(): number;
}

/** Creates an empty registry. */
export function createRegistry(): Registry {
  const byId = new Map<number, Member>();
  const byUdid = new Map<string, Member>();
  const bySerial = new Map<string, Member>();
  const byManagementId = new Map<string, Member>();
  let list: Computer[] | null = null;
  let lastId = 0;

  const get = (id: number) => byId.get(id);
  return {
    computers: {
      get size() {
        return byId.size;
      },
      get: (id) => byId.get(id)?.computer,
      byUdid: (udid) => byUdid.get(udid.toUpperCase())?.computer,
      bySerialNumber: (serial) => bySerial.get(serial.toUpperCase())?.computer,
      byManagementId: (id) => byManagementId.get(id.toLowerCase())?.computer,
      all: () => (list ??= [...byId.values()].map((member) => member.computer)),
    },
    get,
    need: (id) => {
      const member = byId.get(id);
      if (!member) throw new WorldError('unknown-computer', `there is no computer ${id}`);
      return member;
    },
    byManagementId: (id) => byManagementId.get(id.toLowerCase()),
    members: () => byId.values(),
    add: (member) => {
      const { id, udid, serialNumber, managementId } = member.computer;
      byId.set(id, member);
      byUdid.set(udid, member);
      bySerial.set(serialNumber, member);
      byManagementId.set(managementId, member);
      lastId = Math.max(lastId, id);
      list = null;
    },
    remove: (member) => {
      const { id, udid, serialNumber, managementId } = member.computer;
      member.gone = true;
      byId.delete(id);
      byUdid.delete(udid);
      bySerial.delete(serialNumber);
      byManagementId.delete(managementId);
      list = null;
    },
    setManagementId: (member, managementId) => {
      byManagementId.delete(member.computer.managementId);
      member.computer.managementId = managementId;
      byManagementId.set(managementId, member);
    },
    nextId: () => lastId + 1,
  };
}
