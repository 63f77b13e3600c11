import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createComputerStore } from '../../../src/store/computers/computers.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import {
  BLUE_IDENTIFIER,
  certificate,
  computer,
  DAY,
  HOUR,
  NOW,
  watch,
} from '../../unit/domain/support/fleet.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const MACS = 5_000;
/** Memory of a waiting BullMQ job, bytes. The goal is 600. */
const MOST_BYTES = 1_000;

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

/** Inventory as long as in production: several groups, other profiles, invalid and expired certificates. */
function realistic(id: number) {
  const hex = id.toString(16).padStart(12, '0');
  const serialNumber = `C02${id.toString(36).toUpperCase().padStart(9, 'X')}`;
  const user = `firstname.lastname${id}`;
  return computer({
    id: String(id),
    udid: `A1B2C3D4-5E6F-4A7B-8C9D-${hex.toUpperCase()}`,
    managementId: `d1e2f3a4-5b6c-4d7e-8f90-${hex}`,
    serialNumber,
    name: `Firstname’s MacBook Pro ${id}`,
    username: user,
    realName: `Firstname Lastname${id}`,
    email: `${user}@example.com`,
    department: 'Research and Development',
    building: 'Headquarters North',
    lastContactAt: NOW - id * 1_000,
    groupIds: ['1', '2', '3', '20', '31', '32'],
    certificates: [
      certificate({ subject: 'CN=com.apple.systemdefault,O=System Identity' }),
      certificate({ subject: `CN=${serialNumber} ${BLUE_IDENTIFIER}`, expiresAt: NOW - 30 * DAY }),
      certificate({
        subject: `CN=${serialNumber} managementAttestation ${BLUE_IDENTIFIER}`,
        serialNumber: `7F${hex}${hex}${hex}`.toUpperCase(),
        fingerprint: 'A'.repeat(40),
        issuedAt: NOW - 200 * DAY,
        expiresAt: NOW + 30 * DAY + id * HOUR,
      }),
    ],
  });
}

test('a Mac with all indexes needs less memory than a waiting job', async () => {
  const store = createComputerStore({ redis, key: keysUnder('recert') });
  const before = await used();
  for (let from = 1; from <= MACS; from += 100) {
    const page = Array.from({ length: 100 }, (_, index) => realistic(from + index));
    await store.save('prod', page, { watched: [watch()], now: NOW });
  }
  const bytes = Math.round(((await used()) - before) / MACS);
  process.stderr.write(`A kept Mac takes ${bytes} bytes of Redis memory, all indexes included.\n`);
  expect(await store.count('prod')).toEqual({ known: MACS, retired: 0 });
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});

/** Without the buffers of connections and of the append-only file, which do not grow with the fleet. */
async function used(): Promise<number> {
  const info = await redis.info('memory');
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return field('used_memory') - field('mem_clients_normal') - field('mem_aof_buffer');
}
