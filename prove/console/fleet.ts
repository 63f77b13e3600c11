import { randomUUID } from 'node:crypto';
import { assess } from '../../src/domain/assess.js';
import type { Computer } from '../../src/domain/computer.js';
import type { Profile } from '../../src/domain/profile.js';
import { openRedistribution } from '../../src/domain/redistribution/open.js';
import type { WatchedProfile } from '../../src/domain/watched.js';
import type { ComputerStore } from '../../src/store/computers/computers.js';
import type { RedistributionStore } from '../../src/store/redistributions/redistributions.js';

const DAY_MS = 86_400_000;
const BATCH = 200;
const LIFE_DAYS = 365;
const IDENTIFIER = '5f0cbb64-0000-4000-8000-000000000012';
const FIRST = ['Ada', 'Björn', 'Chidi', 'Grace', 'Ines', 'Jamal', 'Katarzyna', 'Lars', 'Tomás', 'Wanda'];
const LAST = ['Dubois', 'Eriksson', 'Fernández', 'Ito', 'Kowalski', 'Nakamura', 'Okafor', "O'Brien", 'Xu'];

/**
 * A profile of the mechanism overlap, as read from Jamf Pro. The scope of blue (12) is all Macs, the scope of green
 * (13) is a group.
 */
export function halfOf(id: '12' | '13'): Profile {
  const none = { computerIds: [], groupIds: [], departments: [], buildings: [] };
  const blue = id === '12';
  return {
    id,
    name: blue ? 'Okta SCEP' : 'Okta SCEP (green)',
    identifier: blue ? IDENTIFIER : '5f0cbb64-0000-4000-8000-000000000013',
    level: 'System',
    scope: {
      allComputers: blue,
      ...none,
      groupIds: blue ? [] : ['31'],
      exclusions: { ...none, groupIds: blue ? ['32'] : [] },
    },
  };
}

/**
 * A Mac of the fleet. The first `due` Macs are due. The certificates of all other Macs expire over a year, except
 * that every 50th of these Macs has no certificate.
 */
function macOf(index: number, due: number, now: number): Computer {
  const id = String(index + 1);
  const first = FIRST[index % FIRST.length] ?? '';
  const last = LAST[Math.floor(index / FIRST.length) % LAST.length] ?? '';
  const serialNumber = `C${(index * 7_919 + 1_679_616).toString(36).toUpperCase().padStart(9, '0')}`;
  const expiresAt = now + (index < due ? 13 + (index % 12) : 40 + (index % 320)) * DAY_MS;
  const withoutCertificate = index >= due && index % 50 === 0;
  return {
    id,
    udid: `00000000-0000-4000-8000-${id.padStart(12, '0')}`,
    serialNumber,
    managementId: randomUUID(),
    name: `MBP-${serialNumber}`,
    username: `${first}.${last}${id}`.toLowerCase(),
    realName: `${first} ${last}`,
    email: `${first}.${last}${id}@example.com`.toLowerCase(),
    department: '',
    building: '',
    managed: true,
    mdmCapable: true,
    enrolledAt: now - 300 * DAY_MS,
    reportedAt: now - (index % 6) * 3_600_000,
    lastContactAt: now - (index % 900) * 1_000,
    groupIds: ['1'],
    certificates: withoutCertificate
      ? []
      : [
          {
            subject: `CN=${serialNumber} ${IDENTIFIER}`,
            serialNumber: (index + 2 ** 32).toString(16).padStart(32, '0'),
            fingerprint: '',
            username: '',
            identity: true,
            active: true,
            issuedAt: expiresAt - LIFE_DAYS * DAY_MS,
            expiresAt,
          },
        ],
    profiles: [],
  };
}

/** Writes a whole fleet to Redis in the same way as the sweep: merged, assessed and indexed. */
export async function fillFleet(
  store: ComputerStore,
  watched: WatchedProfile,
  { computers, due }: { computers: number; due: number },
): Promise<void> {
  const now = Date.now();
  for (let from = 0; from < computers; from += BATCH) {
    const macs = Array.from({ length: Math.min(BATCH, computers - from) }, (_, index) =>
      macOf(from + index, due, now),
    );
    await store.save(watched.instance, macs, { watched: [watched], now });
  }
}

/** Opens redistributions for the last `count` Macs of the fleet, in the states blocked, retry and needs-human in turn. */
export async function fillRedistributions(
  stores: { computers: ComputerStore; redistributions: RedistributionStore },
  watched: WatchedProfile,
  { computers, count }: { computers: number; count: number },
): Promise<void> {
  const now = Date.now();
  for (let index = 0; index < count; index += 1) {
    const computer = await stores.computers.get(watched.instance, String(computers - index));
    if (!computer) throw new Error(`Mac ${computers - index} is not in the fleet`);
    const assessment = assess(computer, watched, now);
    const fresh = openRedistribution({
      id: randomUUID(),
      computer,
      watched,
      assessment,
      now: now - index,
      cause: { kind: 'due' },
    });
    await stores.redistributions.open(fresh);
    const blocked = index % 3 === 0;
    await stores.redistributions.compareAndSet(fresh, {
      ...fresh,
      state: blocked ? 'blocked' : index % 3 === 1 ? 'retry' : 'needs-human',
      blocked: blocked ? { reason: 'offline', text: 'the Mac is offline' } : null,
      trouble: { since: now, at: now, count: 2, text: `answered 50${index % 4}` },
      closedAt: index % 3 === 2 ? now : null,
    });
  }
}
