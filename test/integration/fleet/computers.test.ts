import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Computer } from '../../../src/domain/computer.js';
import { createComputerStore } from '../../../src/store/computers/computers.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { certificate, computer, DAY, HOUR, NOW, watch } from '../../unit/domain/support/fleet.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const watched = [watch({ policy: { jitter: 0 } })];
const context = { watched, now: NOW };

let server: TestRedis;
let redis: Redis;
let second: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  second = new Redis(server.url);
});
beforeEach(async () => {
  await redis.flushall();
});
afterAll(async () => {
  redis.disconnect();
  second.disconnect();
  await server.close();
});

const key = keysUnder('recert');
const store = () => createComputerStore({ redis, key });

/** A Mac whose certificate expires in this number of days. */
function mac(id: number, days: number, fields: Partial<Computer> = {}): Computer {
  return computer({
    id: String(id),
    serialNumber: `SERIAL${id}`,
    name: `mac-${id}`,
    lastContactAt: NOW - id * 1_000,
    certificates: [certificate({ expiresAt: NOW + days * DAY, serialNumber: `CERT${id}` })],
    ...fields,
  });
}

describe('a stored Mac', () => {
  test('is read back with all fields that decisions need', async () => {
    const fleet = store();
    const [saved] = await fleet.save('prod', [mac(7, 100)], context);
    expect(saved?.assessments.wifi).toMatchObject({ state: 'healthy', inScope: true, matching: 1 });
    expect(await fleet.get('prod', '7')).toEqual(saved?.computer);
    expect(saved?.computer).toMatchObject({
      id: '7',
      serialNumber: 'SERIAL7',
      managed: true,
      mdmCapable: true,
      groupIds: ['20'],
      lastContactAt: NOW - 7_000,
      certificates: [{ serialNumber: 'CERT7', expiresAt: NOW + 100 * DAY }],
    });
  });

  test('is found by its serial number in any case', async () => {
    const fleet = store();
    await fleet.save('prod', [mac(7, 100), mac(8, 100, { serialNumber: '' })], context);
    expect((await fleet.findBySerialNumber('prod', ' serial7 '))?.id).toBe('7');
    expect(await fleet.findBySerialNumber('prod', 'SERIAL9')).toBeNull();
    expect(await fleet.findBySerialNumber('prod', '')).toBeNull();
  });

  test('is not found by a serial number that it no longer has', async () => {
    const fleet = store();
    await fleet.save('prod', [mac(7, 100)], context);
    await fleet.save('prod', [mac(7, 100, { serialNumber: 'NEWBOARD' })], context);
    expect(await fleet.findBySerialNumber('prod', 'SERIAL7')).toBeNull();
    expect((await fleet.findBySerialNumber('prod', 'NEWBOARD'))?.id).toBe('7');
  });

  test('belongs to one server', async () => {
    const fleet = store();
    await fleet.save('prod', [mac(7, 100)], context);
    expect(await fleet.get('staging', '7')).toBeNull();
    expect(await fleet.countStates('staging', 'wifi')).toMatchObject({ healthy: 0 });
  });

  test('keeps the later contact, from inventory or from a webhook', async () => {
    const fleet = store();
    await fleet.save('prod', [mac(7, 100)], context);
    await redis.zadd(key('prod', 'seen'), 'GT', NOW + HOUR, '7');
    await fleet.save('prod', [mac(7, 100)], context);
    expect((await fleet.get('prod', '7'))?.lastContactAt).toBe(NOW + HOUR);
  });
});

describe('the lists of Macs', () => {
  const days = { healthy: [31, 90, 400], due: [30, 11], overdue: [9], expired: [0, -400] };

  test('count and page through every state, the next state change first', async () => {
    const fleet = store();
    const macs = Object.values(days)
      .flat()
      .map((left, index) => mac(index + 1, left));
    const blank = mac(50, 1, { certificates: [certificate({ subject: 'CN=x' })] });
    const outside = mac(51, 1, { groupIds: ['1'] });
    await fleet.save('prod', [...macs, blank, outside], context);
    expect(await fleet.countStates('prod', 'wifi')).toEqual({
      healthy: 3,
      due: 2,
      overdue: 1,
      expired: 2,
      unknown: 1,
      'out-of-scope': 1,
    });
    const first = await fleet.listByState('prod', 'wifi', 'healthy', { limit: 2 });
    expect(first.computers.map(({ id }) => id)).toEqual(['1', '2']);
    const rest = await fleet.listByState('prod', 'wifi', 'healthy', { limit: 2, cursor: first.cursor ?? '' });
    expect(rest).toMatchObject({ computers: [{ id: '3' }], cursor: null });
    expect((await fleet.listByState('prod', 'wifi', 'unknown')).computers).toMatchObject([{ id: '50' }]);
  });

  test('contain a Mac whose certificate expires in the year 9999 in its state, at the end', async () => {
    const fleet = store();
    const endless = [certificate({ expiresAt: Date.parse('9999-12-31T23:59:59Z') })];
    await fleet.save('prod', [mac(1, 100, { certificates: endless }), mac(2, 400)], context);
    expect(await fleet.countStates('prod', 'wifi')).toMatchObject({ healthy: 2, unknown: 0 });
    const { computers } = await fleet.listByState('prod', 'wifi', 'healthy');
    expect(computers.map(({ id }) => id)).toEqual(['2', '1']);
    expect(computers[1]?.certificates).toMatchObject([{ expiresAt: 253_402_300_799_000 }]);
    expect(await fleet.changedByTime('prod', 'wifi', { now: NOW + 9_000 * DAY, limit: 10 })).toEqual(['2']);
  });

  test('move a Mac when its certificate is renewed, and remove it when it leaves the scope', async () => {
    const fleet = store();
    await fleet.save('prod', [mac(1, 5), mac(2, 5)], context);
    await fleet.save('prod', [mac(1, 365), mac(2, 5, { groupIds: [] })], { watched, now: NOW + 1 });
    expect(await fleet.countStates('prod', 'wifi')).toMatchObject({
      healthy: 1,
      overdue: 0,
      'out-of-scope': 1,
    });
  });

  test('contain the whole fleet by last contact, in pages, each Mac once', async () => {
    const fleet = store();
    const macs = Array.from({ length: 25 }, (_, index) => mac(index + 1, 100));
    await fleet.save('prod', macs, context);
    const met: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await fleet.list('prod', { limit: 10, ...(cursor ? { cursor } : {}) });
      met.push(...page.computers.map(({ id }) => id));
      cursor = page.cursor;
      // A Mac that reports in between moves to the front and does not shift a page.
      await redis.zadd(key('prod', 'seen'), 'GT', NOW + met.length, met[0] ?? '');
    } while (cursor);
    expect(met).toEqual(macs.map(({ id }) => id));
  });

  test('continue pages within entries of the same time', async () => {
    const fleet = store();
    const macs = Array.from({ length: 30 }, (_, index) => mac(index + 1, 100, { certificates: [] }));
    await fleet.save('prod', macs, context);
    const first = await fleet.listByState('prod', 'wifi', 'unknown', { limit: 20 });
    const rest = await fleet.listByState('prod', 'wifi', 'unknown', {
      limit: 20,
      cursor: first.cursor ?? '',
    });
    const ids = [...first.computers, ...rest.computers].map(({ id }) => id);
    expect(new Set(ids).size).toBe(30);
    expect(rest.cursor).toBeNull();
  });

  test('refuse an invalid cursor', async () => {
    await expect(store().list('prod', { cursor: 'x; FLUSHALL' })).rejects.toThrow(RangeError);
  });
});

describe('the passage of time', () => {
  test('changes a state at exactly the right time', async () => {
    const fleet = store();
    await fleet.save('prod', [mac(1, 31), mac(2, 40), mac(3, 12), mac(4, 1)], context);
    const after = (ms: number) => fleet.changedByTime('prod', 'wifi', { now: NOW + ms, limit: 10 });
    expect(await after(DAY - 1)).toEqual([]);
    expect(await after(DAY)).toEqual(['1', '4']);
    expect(await after(2 * DAY)).toEqual(['1', '3', '4']);
    const assessed = await fleet.reassess('prod', ['1', '4', '99'], { watched, now: NOW + DAY });
    expect(assessed.map(({ assessments }) => assessments.wifi?.state)).toEqual(['due', 'expired']);
    expect(await after(DAY)).toEqual([]);
    expect(await fleet.countStates('prod', 'wifi')).toMatchObject({ healthy: 1, due: 2, expired: 1 });
  });
});

describe('a Mac that no longer exists in Jamf Pro', () => {
  test('is retired, stays stored, and can return', async () => {
    const fleet = store();
    await fleet.save('prod', [mac(1, 5), mac(2, 5)], context);
    expect(await fleet.retire('prod', ['1', '99'], { watched, now: NOW + 1 })).toMatchObject([{ id: '1' }]);
    expect(await fleet.retire('prod', ['1'], { watched, now: NOW + 2 })).toEqual([]);
    expect(await fleet.count('prod')).toEqual({ known: 1, retired: 1 });
    expect(await fleet.countStates('prod', 'wifi')).toMatchObject({ overdue: 1, 'out-of-scope': 0 });
    expect((await fleet.list('prod')).computers).toMatchObject([{ id: '2' }]);
    expect(await fleet.findBySerialNumber('prod', 'SERIAL1')).toMatchObject({ retiredAt: NOW + 1 });

    await fleet.save('prod', [mac(1, 5)], { watched, now: NOW + 3 });
    expect(await fleet.count('prod')).toEqual({ known: 2, retired: 0 });
  });

  test('is not shown again because of a delayed webhook', async () => {
    const fleet = store();
    await fleet.save('prod', [mac(1, 5)], context);
    await fleet.retire('prod', ['1'], { watched, now: NOW + 1 });
    await redis.zadd(key('prod', 'seen'), 'GT', NOW + HOUR, '1');
    expect((await fleet.list('prod')).computers).toEqual([]);
  });

  test('is among those that a sweep has not found', async () => {
    const fleet = store();
    await fleet.save('prod', [mac(1, 5), mac(2, 5), mac(3, 5)], context);
    await fleet.save('prod', [mac(2, 5)], { watched, now: NOW + 10 });
    await fleet.retire('prod', ['3'], { watched, now: NOW + 1 });
    expect(await fleet.unreadSince('prod', NOW + 5, '0')).toEqual({ ids: ['1'], cursor: '0' });
  });
});

describe('two concurrent writers', () => {
  test('lose no change, and the later inventory is kept', async () => {
    const [one, other] = [store(), createComputerStore({ redis: second, key })];
    const texts = ['name', 'username', 'email', 'department', 'building', 'realName'] as const;
    const blank = { name: '', username: '', email: '', department: '', building: '', realName: '' };
    const ids = Array.from({ length: 20 }, (_, index) => index + 1);
    const writes = texts.map((field, index) => ({
      ...blank,
      [field]: `known-${field}`,
      reportedAt: NOW + index,
      certificates: [certificate({ serialNumber: `AT${index}`, expiresAt: NOW + index * DAY })],
    }));
    await Promise.all(
      writes.map((fields, index) => {
        const macs = ids.map((id) => mac(id, 0, fields));
        return (index % 2 === 0 ? one : other).save('prod', macs, { watched, now: NOW + index });
      }),
    );
    const kept = await store().getMany('prod', ids.map(String));
    for (const each of kept) {
      expect(texts.map((field) => each?.[field])).toEqual(texts.map((field) => `known-${field}`));
      expect(each).toMatchObject({ reportedAt: NOW + 5, certificates: [{ serialNumber: 'AT5' }] });
    }
    expect(await store().countStates('prod', 'wifi')).toMatchObject({ overdue: 20, expired: 0 });
  });
});

describe('Macs without a certificate', () => {
  const none = { certificates: [certificate({ subject: 'CN=x' })] };
  const at = (now: number) => ({ watched, now });

  test('are counted when their reports cover the time, longest first', async () => {
    const fleet = store();
    await fleet.save('prod', [mac(1, 1, none), mac(2, 1, none)], at(NOW));
    await fleet.save('prod', [mac(3, 1, none)], at(NOW + HOUR));
    const later = { ...none, reportedAt: NOW + 2 * DAY };
    const endless = { certificates: [certificate({ expiresAt: Date.parse('9999-12-31T23:59:59Z') })] };
    const old = { ...endless, reportedAt: NOW - 15 * DAY };
    await fleet.save(
      'prod',
      [mac(1, 1), mac(3, 1, later), mac(2, 1, later), mac(4, 1, old)],
      at(NOW + 2 * DAY),
    );
    const missing = async (afterMs: number, limit = 5) => {
      const { count, longest } = await fleet.missing('prod', 'wifi', { afterMs, limit });
      return [count, ...longest.map(({ id }) => id)];
    };
    expect(await missing(DAY)).toEqual([2, '2', '3']);
    expect(await missing(DAY, 1)).toEqual([2, '2']);
    expect(await missing(2 * DAY)).toEqual([1, '2']);
    expect(await missing(3 * DAY)).toEqual([0]);
    expect(await fleet.countStates('prod', 'wifi')).toMatchObject({ unknown: 3 });
    await fleet.save('prod', [mac(2, 300, { reportedAt: NOW + 3 * DAY })], at(NOW + 3 * DAY));
    expect(await missing(DAY)).toEqual([1, '3']);
  });
});
