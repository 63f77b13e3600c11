import type { Computer, Owner } from '../model.js';
import type { Random } from '../random.js';
import {
  BUILDINGS,
  DEPARTMENTS,
  FIRST_NAMES,
  KIOSK_DEPARTMENT,
  LAST_NAMES,
  MODELS,
  ODD_NAMES,
  POSITIONS,
  SYSTEMS,
} from './vocabulary.js';

const DAY_MS = 86_400_000;
/** Characters of Apple serial numbers since 2021: no vowels and no letters that resemble digits. */
const SERIAL_LETTERS = 'CDFGHJKLMNPQRTVWXY0123456789';

const toAscii = (name: string) =>
  name
    .replaceAll('ı', 'i')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .replaceAll('ø', 'o')
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();

function makeOwner(random: Random, id: number, department: string): Owner {
  if (department === KIOSK_DEPARTMENT) {
    const empty = { username: '', realName: '', email: '', position: '', phone: '', room: 'Lab 1' };
    return { ...empty, department, building: BUILDINGS[0] };
  }
  const first = random.pick(FIRST_NAMES);
  const last = random.pick(LAST_NAMES);
  const username = `${toAscii(first)}.${toAscii(last)}${id}`;
  return {
    username,
    realName: `${first} ${last}`,
    email: `${username}@pretend.example`,
    position: random.pick(POSITIONS),
    phone: random.chance(0.5) ? `+1 555 01${String(random.int(0, 99)).padStart(2, '0')}` : '',
    department,
    building: random.pick(BUILDINGS),
    room: random.chance(0.3) ? '' : String(random.int(100, 499)),
  };
}

function macAddress(random: Random): string {
  return `A4:83:E7:${random
    .hex(6)
    .toUpperCase()
    .replace(/(..)(..)(..)/, '$1:$2:$3')}`;
}

/** Properties of a Mac that the calling code chooses. `enrolledAt` is epoch milliseconds. */
export interface IdentityOptions {
  id: number;
  managed: boolean;
  inScope: boolean;
  oddName: boolean;
  enrolledAt: number;
}

/** Creates a computer record. The same random stream creates the same record. The calling code sets the times of contact. */
export function makeComputer(random: Random, options: IdentityOptions): Computer {
  const { id, managed, inScope, oddName, enrolledAt } = options;
  const inScopeDepartments = DEPARTMENTS.filter((name) => name !== KIOSK_DEPARTMENT);
  const department = inScope ? random.pick(inScopeDepartments) : KIOSK_DEPARTMENT;
  const owner = makeOwner(random, id, department);
  const model = random.pick(MODELS);
  const system = random.pick(SYSTEMS);
  const serialNumber = Array.from({ length: 10 }, () =>
    SERIAL_LETTERS.charAt(random.int(0, SERIAL_LETTERS.length - 1)),
  ).join('');
  const shortOwner = owner.realName.split(' ')[0] ?? '';
  return {
    id,
    udid: random.uuid().toUpperCase(),
    serialNumber,
    managementId: random.uuid(),
    name: oddName ? random.pick(ODD_NAMES)(shortOwner) : `${model.short}-${serialNumber}`,
    owner,
    model: model.model,
    modelIdentifier: model.identifier,
    osVersion: system.version,
    osBuild: system.build,
    macAddress: macAddress(random),
    alternateMacAddress: macAddress(random),
    ipAddress: `203.0.113.${random.int(1, 254)}`,
    reportedIpV4Address: `10.${random.int(0, 31)}.${random.int(0, 255)}.${random.int(1, 254)}`,
    enrolledAt,
    mdmProfileExpiresAt: enrolledAt + 2 * 365 * DAY_MS,
    managed,
    mdmCapable: managed,
    supervised: managed && random.chance(0.9),
    lastCheckInAt: enrolledAt,
    lastContactAt: enrolledAt,
    reportedAt: enrolledAt,
  };
}
