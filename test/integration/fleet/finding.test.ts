import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Computer } from '../../../src/domain/computer.js';
import type { SearchKind } from '../../../src/domain/search-terms.js';
import { type ComputerStore, createComputerStore } from '../../../src/store/computers/computers.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { certificate, computer, DAY, NOW, watch } from '../../unit/domain/support/fleet.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const context = { watched: [watch({ policy: { jitter: 0 } })], now: NOW };
const key = keysUnder('recert');

let server: TestRedis;
let redis: Redis;
let second: Redis;
let fleet: ComputerStore;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  second = new Redis(server.url);
});
beforeEach(async () => {
  await redis.flushall();
  fleet = createComputerStore({ redis, key });
});
afterAll(async () => {
  redis.disconnect();
  second.disconnect();
  await server.close();
});

function mac(id: number, fields: Partial<Computer> = {}): Computer {
  return computer({
    id: String(id),
    serialNumber: `SERIAL${id}`,
    udid: udidOf(id),
    name: `mac-${id}`,
    ...fields,
  });
}

const udidOf = (id: number) => `5E0AF71C-5D5C-4B0E-9A3F-${id.toString(16).toUpperCase().padStart(12, '0')}`;

/** Every page of a search, and the largest number of IDs in one. */
async function all(kind: SearchKind, text: string, limit = 500): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await fleet.search('prod', kind, text, { limit, ...(cursor ? { cursor } : {}) });
    ids.push(...page.computers.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor);
  return ids;
}

/** Every page of the fleet in an order, with small pages. */
async function inOrder(
  list: (page: { limit: number; cursor?: string }) => ReturnType<ComputerStore['list']>,
) {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<ComputerStore['list']>> = await list({
      limit: 3,
      ...(cursor ? { cursor } : {}),
    });
    ids.push(...page.computers.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== null);
  return ids;
}

describe('the list of the fleet', () => {
  const ends = (days: number) => [certificate({ expiresAt: NOW + days * DAY })];

  test('is sorted by expiry, the earliest first, whatever the state is', async () => {
    const days = [400, 5, 100, -3, 20, 29, 9, -400];
    const macs = days.map((left, index) => mac(index + 1, { certificates: ends(left) }));
    const blank = mac(50, { certificates: [certificate({ subject: 'CN=x' })] });
    await fleet.save('prod', [...macs, blank, mac(51, { groupIds: [] })], context);
    expect(await inOrder((page) => fleet.listByExpiry('prod', 'wifi', page))).toEqual(
      days
        .map((left, index) => ({ left, id: String(index + 1) }))
        .sort((one, other) => one.left - other.left)
        .map(({ id }) => id),
    );
  });

  test('is sorted by name, serial number and user, each Mac once, without retired ones', async () => {
    const people = [
      ['zoe', 'Anna’s MacBook', 'B'],
      ['jane', 'iMac of Zoe', 'C'],
      ['', 'MacBook Pro', 'A'],
      ['Äda', 'mac-7', ''],
      ['jane.doe', '', 'D'],
    ] as const;
    const macs = people.map(([username, name, serialNumber], index) =>
      mac(index + 1, { username, name, serialNumber, realName: 'Some Body', email: 'a.person@example.com' }),
    );
    await fleet.save('prod', [...macs, mac(9, { name: 'Aaa' })], context);
    await fleet.retire('prod', ['9'], context);
    expect(await inOrder((page) => fleet.listBy('prod', 'name', page))).toEqual(['1', '2', '4', '3']);
    expect(await inOrder((page) => fleet.listBy('prod', 'serialNumber', page))).toEqual(['3', '1', '2', '5']);
    expect(await inOrder((page) => fleet.listBy('prod', 'user', page))).toEqual(['4', '2', '5', '3', '1']);
  });
});

describe('a Mac', () => {
  test('is found by its UDID in any case', async () => {
    await fleet.save('prod', [mac(1), mac(2), mac(3, { udid: '' })], context);
    expect((await fleet.findByUdid('prod', udidOf(2).toLowerCase()))?.id).toBe('2');
    expect(await fleet.findByUdid('prod', udidOf(9))).toBeNull();
    expect(await fleet.findByUdid('prod', '')).toBeNull();
  });

  test('is found by its serial number: the record with the latest contact, whatever the order of the IDs', async () => {
    const record = (id: number, serialNumber: string, days: number) =>
      mac(id, { serialNumber, reportedAt: NOW - days * DAY, lastContactAt: NOW - days * DAY });
    await fleet.save(
      'prod',
      [
        record(120, 'DUPE1', 400),
        record(305, 'DUPE1', 1),
        record(1043, 'DUPE2', 400),
        record(88, 'DUPE2', 1),
      ],
      context,
    );
    expect((await fleet.findBySerialNumber('prod', 'DUPE1'))?.id).toBe('305');
    expect((await fleet.findBySerialNumber('prod', 'dupe2'))?.id).toBe('88');
    expect((await fleet.listBySerialNumber('prod', 'DUPE1')).map(({ id }) => id)).toEqual(['305', '120']);
    await fleet.retire('prod', ['305'], context);
    expect((await fleet.findBySerialNumber('prod', 'DUPE1'))?.id).toBe('120');
  });

  test('is found among many records of one serial number, also with the last ID', async () => {
    const records = Array.from({ length: 30 }, (_, index) => mac(10 + index, { serialNumber: 'LAB' }));
    const current = mac(99, { serialNumber: 'LAB', lastContactAt: NOW });
    await fleet.save('prod', [...records, current], context);
    expect((await fleet.findBySerialNumber('prod', 'LAB'))?.id).toBe('99');
  });

  test('is never found by a placeholder', async () => {
    const macs = ['Not Available', 'None', '0', ' '].map((serialNumber, index) =>
      mac(index + 1, { serialNumber, udid: '00000000-0000-0000-0000-000000000000' }),
    );
    await fleet.save('prod', macs, context);
    for (const { serialNumber, udid } of macs) {
      expect(await fleet.findBySerialNumber('prod', serialNumber)).toBeNull();
      expect(await fleet.findByUdid('prod', udid)).toBeNull();
    }
    expect(await inOrder((page) => fleet.listBy('prod', 'serialNumber', page))).toEqual([]);
  });

  test('is found by the beginning of a word in its name or user, in any spelling', async () => {
    const jane = mac(1, {
      name: 'Jané’s MacBook Pro',
      username: 'jdoe17',
      realName: 'Jane van Doe',
      email: 'jane.doe@example.com',
    });
    await fleet.save('prod', [jane, mac(2, { username: 'somebody' })], context);
    for (const text of ['jan', 'JANES MAC', 'macbook', 'Jané’s MacBook Pro'])
      expect(await all('name', text)).toEqual(['1']);
    for (const text of ['jdoe', 'jane', 'van', 'DOE', 'jane.doe@example.com', 'Jane-Doe'])
      expect(await all('user', text)).toEqual(['1']);
    for (const text of ['ane', 'pro', 'example', '!', '']) expect(await all('user', text)).toEqual([]);
  });

  test('is found in pages, each Mac once, among thousands in any order', async () => {
    const ids = Array.from({ length: 3_000 }, (_, index) => ((index * 1_009) % 3_000) + 1);
    for (let from = 0; from < ids.length; from += 500)
      await fleet.save(
        'prod',
        ids.slice(from, from + 500).map((id) => mac(id)),
        context,
      );
    const wanted = ids.filter((id) => String(id).startsWith('2')).map(String);
    expect((await all('serialNumber', 'serial2', 37)).sort()).toEqual(wanted.sort());
    expect(new Set(await all('name', 'mac', 100)).size).toBe(3_000);
    for (const id of [1, 1_500, 3_000])
      expect((await fleet.findBySerialNumber('prod', `SERIAL${id}`))?.id).toBe(String(id));
    await expect(fleet.search('prod', 'name', 'mac', { cursor: 'tWFla' })).rejects.toThrow(RangeError);
  });
});

describe('the index', () => {
  test('removes earlier names and deleted Macs, and ignores blank values', async () => {
    await fleet.save('prod', [mac(1, { name: 'old name', username: 'first' })], context);
    await fleet.save('prod', [mac(1, { name: 'new name', username: '' })], { ...context, now: NOW + 1 });
    expect(await all('name', 'old')).toEqual([]);
    expect(await all('name', 'new')).toEqual(['1']);
    expect(await all('user', 'first')).toEqual(['1']);
    await fleet.retire('prod', ['1'], { ...context, now: NOW + 2 });
    expect(await all('name', 'new')).toEqual([]);
    expect(await fleet.findBySerialNumber('prod', 'SERIAL1')).toMatchObject({ retiredAt: NOW + 2 });
    await fleet.save('prod', [mac(1, { name: 'back again' })], { ...context, now: NOW + 3 });
    expect(await all('name', 'back')).toEqual(['1']);
  });

  test('matches the records after concurrent writes', async () => {
    const other = createComputerStore({ redis: second, key });
    const ids = Array.from({ length: 150 }, (_, index) => index + 1);
    const write = (store: ComputerStore, word: string, round: number) =>
      store.save(
        'prod',
        ids.map((id) => mac(id, { name: `${word}${round} ${id}`, reportedAt: NOW - 1_000 + round })),
        { ...context, now: NOW + round },
      );
    for (let round = 1; round <= 5; round += 1)
      await Promise.all([write(fleet, 'red', round), write(other, 'blue', round)]);
    const macs = await fleet.getMany('prod', ids.map(String));
    for (const word of ['red', 'blue']) {
      const named = macs.flatMap((one) => (one?.name.startsWith(`${word}5`) ? [one.id] : []));
      expect((await all('name', word)).sort()).toEqual(named.sort());
    }
    expect(await all('name', 'red4')).toEqual([]);
  });

  test('lists Macs out of scope, and counts them', async () => {
    await fleet.save('prod', [mac(1, { groupIds: [] }), mac(2)], context);
    const page = await fleet.listByState('prod', 'wifi', 'out-of-scope');
    expect(page.computers.map(({ id }) => id)).toEqual(['1']);
    expect(await fleet.countStates('prod', 'wifi')).toMatchObject({ 'out-of-scope': 1 });
  });
});
