import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Receiver } from '../../../src/receiver.js';
import { createComputerStore } from '../../../src/store/computers/computers.js';
import type { Computer } from '../../../src/domain/computer.js';
import { computer } from '../../unit/domain/support/fleet.js';
import { fixture, type TestEnvironment, send, startEnvironment, until, webhook } from './environment.js';

const GATHER_MS = 2_000;
const ADDED_MS = 300_000;

let environment: TestEnvironment;
let receiver: Receiver;
let other: Receiver;
beforeAll(async () => {
  environment = await startEnvironment();
  const settings = { gather: '2s', addedDelay: '5m', keepEvents: 200 };
  receiver = await environment.start(settings);
  other = await environment.start(settings);
});
afterAll(() => environment.close());
beforeEach(() => environment.redis.flushall());

const SOON = 1_000_000;
const claim = async () =>
  (await environment.hints.claim('prod', { now: Date.now() + SOON, limit: 100_000, leaseMs: 1 })).map(
    ({ computerId, reasons }) => [computerId, ...reasons],
  );
const jobs = () => environment.redis.zcard('{test}:queue:assess:delayed');
const ripeIn = async () => ((await environment.hints.nextDueAt('prod')) ?? 0) - Date.now();
const logged = async () =>
  (await environment.log.page('prod', { limit: 100 })).map(({ event, outcome }) => [event, outcome]);

describe('a webhook event', () => {
  it('that requires an assessment creates a hint, stores the contact and the event, and wakes the worker once', async () => {
    const at = Date.now() - 5_000;
    const body = webhook('ComputerInventoryCompleted', { jssID: 6, udid: 'U' }, at);
    await send(receiver, body);
    await send(receiver, webhook('ComputerInventoryCompleted', { jssID: 7 }));
    const left = await ripeIn();
    expect(left).toBeGreaterThan(GATHER_MS - 1_000);
    expect(left).toBeLessThanOrEqual(GATHER_MS);
    expect(await claim()).toEqual([
      ['6', 'inventory'],
      ['7', 'inventory'],
    ]);
    expect(Number(await environment.redis.zscore(environment.key('prod', 'seen'), '6'))).toBe(at);
    await until(async () => (await jobs()) > 0);
    expect(await jobs()).toBe(1);
    const [, first] = await environment.log.page('prod', { limit: 10 });
    expect(first).toMatchObject({
      event: 'ComputerInventoryCompleted',
      at,
      computerId: '6',
      webhookId: '4',
      outcome: 'hint',
      body,
    });
  });

  it('of a new Mac delays the assessment, and a later urgent one does not', async () => {
    await send(receiver, webhook('ComputerAdded', { jssID: 6 }));
    expect(await ripeIn()).toBeGreaterThan(ADDED_MS - 5_000);
    await send(receiver, webhook('ComputerInventoryCompleted', { jssID: 6 }));
    expect(await ripeIn()).toBeLessThanOrEqual(GATHER_MS);
    expect(await claim()).toEqual([['6', 'inventory', 'added']]);
    await until(async () => (await jobs()) === 2);
  });

  it('of a check-in only stores the contact, unless the Mac is watched', async () => {
    const checkIn = () => webhook('ComputerCheckIn', { computer: { jssID: 6 }, trigger: 'recurring' });
    expect((await send(receiver, checkIn())).answer).toMatchObject({ outcome: 'admitted', effect: 'touch' });
    expect(await environment.hints.count('prod')).toBe(0);
    expect(await environment.redis.zscore(environment.key('prod', 'seen'), '6')).not.toBeNull();
    expect(await jobs()).toBe(0);

    await environment.hints.watch('prod', '6', 'redistribution-1');
    expect((await send(receiver, checkIn())).answer).toMatchObject({ outcome: 'admitted', effect: 'hint' });
    expect(await claim()).toEqual([['6', 'check-in']]);
    await until(async () => (await jobs()) === 1);
    expect(await logged()).toEqual([
      ['ComputerCheckIn', 'hint'],
      ['ComputerCheckIn', 'touch'],
    ]);
  });

  it('never moves the last contact to an earlier time, or later than now', async () => {
    const at = Date.now() - 1_000;
    const seen = async () => Number(await environment.redis.zscore(environment.key('prod', 'seen'), '6'));
    await send(receiver, webhook('ComputerCheckIn', { computer: { jssID: 6 } }, at));
    await send(receiver, webhook('ComputerCheckIn', { computer: { jssID: 6 } }, at - 60_000));
    expect(await seen()).toBe(at);
    await send(receiver, webhook('ComputerCheckIn', { computer: { jssID: 6 } }, Date.now() + 86_400_000));
    expect(await seen()).toBeLessThanOrEqual(Date.now());
  });

  it('of an unknown type is stored for review', async () => {
    const { status, answer } = await send(receiver, fixture('unknown.today.json'));
    expect([status, answer]).toEqual([
      202,
      { outcome: 'ignored', event: 'ComputerDreamt', effect: 'none', computers: 0 },
    ]);
    const [kept] = await environment.log.page('prod', { limit: 1 });
    expect(kept).toMatchObject({ event: 'ComputerDreamt', outcome: 'none' });
    expect(kept?.body).toContain('FVFC1TEST001');
    expect(kept?.body).not.toContain('not-for-any-log');
    expect(environment.events).toContainEqual({
      kind: 'webhook.unknown',
      fields: { instance: 'prod', said: 'ComputerDreamt' },
    });
  });

  it('with a password stores the password nowhere in Redis, and reports it nowhere', async () => {
    // Otherwise DUMP is compressed, and a search in it finds nothing.
    await environment.redis.config('SET', 'rdbcompression', 'no');
    await send(receiver, fixture('SCEPChallenge.today.json'));
    const [kept] = await environment.log.page('prod', { limit: 1 });
    expect(kept).toMatchObject({ event: 'SCEPChallenge', outcome: 'none' });
    for (const name of await environment.redis.keys('*')) {
      const dump = await environment.redis.dumpBuffer(name);
      expect(dump.includes('hunter2')).toBe(false);
    }
    const log = await environment.redis.dumpBuffer(environment.key('prod', 'events'));
    expect(log.includes('FVFC1TEST001')).toBe(true);
    expect(JSON.stringify(environment.events)).not.toContain('hunter2');
  });

  it('that Jamf Pro shuts down delays hints until it is back', async () => {
    await send(receiver, webhook('ComputerInventoryCompleted', { jssID: 6 }));
    await send(receiver, fixture('JSSShutdown.today.json'));
    expect(await environment.hints.claim('prod', { now: Date.now() + 10_000, limit: 1, leaseMs: 1 })).toEqual(
      [],
    );
    expect(await ripeIn()).toBeGreaterThan(20_000);
    await send(receiver, fixture('JSSStartup.today.json'));
    expect(await ripeIn()).toBeLessThanOrEqual(GATHER_MS);
    expect(await claim()).toEqual([['6', 'inventory']]);
  });
});

describe('a Mac that is identified only by its serial number', () => {
  const event = () => webhook('ComputerInventoryCompleted', { serialNumber: 'FVFC1TEST001' });

  const save = (...macs: Partial<Computer>[]) =>
    createComputerStore({ redis: environment.redis, key: environment.key }).save(
      'prod',
      macs.map((more) => computer({ serialNumber: 'FVFC1TEST001', ...more })),
      { watched: [], now: Date.now() },
    );

  it('is assessed when it is known', async () => {
    await save({ id: '61' });
    expect((await send(receiver, event())).answer).toMatchObject({ effect: 'hint', computers: 1 });
    expect(await claim()).toEqual([['61', 'inventory']]);
  });

  it('is the record with the latest contact, or the record with the UDID of the event', async () => {
    const [now, udid] = [Date.now(), 'A1B2C3D4-0000-4000-8000-000000000120'];
    await save({ id: '120', udid, lastContactAt: now - 9_000 }, { id: '305', lastContactAt: now });
    await send(receiver, event());
    expect(await claim()).toEqual([['305', 'inventory']]);
    await environment.redis.del(environment.key('prod', 'hints'));
    const both = { serialNumber: 'FVFC1TEST001', udid: udid.toLowerCase() };
    await send(receiver, webhook('ComputerInventoryCompleted', both, now));
    expect((await claim()).map(([id]) => id)).toContain('120');
  });

  it('is unresolved when the serial number is a placeholder', async () => {
    await save({ id: '61', serialNumber: 'Not Available', udid: '' });
    const body = webhook('ComputerInventoryCompleted', { serialNumber: 'Not Available' });
    expect((await send(receiver, body)).answer).toMatchObject({ effect: 'unresolved' });
  });

  it('is admitted as unresolved when it is unknown, and a sweep finds it', async () => {
    const { status, answer } = await send(receiver, event());
    expect(status).toBe(202);
    expect(answer).toMatchObject({ outcome: 'admitted', effect: 'unresolved', computers: 0 });
    expect(await logged()).toEqual([['ComputerInventoryCompleted', 'unresolved']]);
  });
});

describe('duplicate webhooks', () => {
  it('are detected among any number of concurrent ones, at either of two receivers', async () => {
    const bodies = Array.from({ length: 20 }, (_, index) =>
      webhook('ComputerInventoryCompleted', { jssID: index + 1 }),
    );
    const answers = await Promise.all(
      bodies.flatMap((body) => [receiver, other, receiver, other].map((one) => send(one, body))),
    );
    const outcomes = answers.map(({ answer }) => answer.outcome);
    expect(outcomes.filter((outcome) => outcome === 'admitted')).toHaveLength(20);
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(60);
    expect(await environment.hints.count('prod')).toBe(20);
    const entries = await environment.log.page('prod', { limit: 1_000 });
    expect(entries.filter(({ outcome }) => outcome === 'hint')).toHaveLength(20);
  });

  it('are not those of another server, of another webhook object, or without a timestamp', async () => {
    const body = webhook('ComputerInventoryCompleted', { jssID: 6 });
    await send(receiver, body);
    const basic = `Basic ${Buffer.from('jamf:basic-secret').toString('base64')}`;
    const staging = await send(receiver, body, {
      instance: 'staging',
      headers: { 'Content-Type': 'application/json', Authorization: basic },
    });
    expect(staging.answer.outcome).toBe('admitted');
    expect((await send(receiver, body.replace('"id":4', '"id":5'))).answer.outcome).toBe('admitted');
    const old = fixture('ComputerInventoryCompleted.old.json');
    expect((await send(receiver, old)).answer.outcome).toBe('admitted');
    expect((await send(receiver, old)).answer.outcome).toBe('admitted');
  });
});

describe('a change of a smart group', () => {
  const change = (ids: readonly number[]) =>
    webhook('SmartGroupComputerMembershipChange', {
      computer: true,
      groupAddedDevicesIds: ids,
      groupRemovedDevicesIds: [],
    });

  it('creates a hint for each Mac, without a contact', async () => {
    expect(
      (await send(receiver, fixture('SmartGroupComputerMembershipChange.today.json'))).answer,
    ).toMatchObject({ effect: 'hint', computers: 3 });
    expect(await claim()).toEqual([
      ['61', 'smart-group'],
      ['62', 'smart-group'],
      ['63', 'smart-group'],
    ]);
    expect(await environment.redis.exists(environment.key('prod', 'seen'))).toBe(0);
  });

  it('of 20,000 Macs is admitted without delaying other webhooks', async () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => index + 1);
    const large = send(receiver, change(ids));
    const state = { settled: false };
    void large.finally(() => (state.settled = true));
    const isSettled = () => state.settled;
    let between = 0;
    while (!isSettled()) {
      const { status } = await send(receiver, webhook('ComputerCheckIn', { computer: { jssID: 6 } }));
      expect(status).toBe(202);
      between += 1;
    }
    expect(await large).toMatchObject({ status: 202, answer: { effect: 'hint', computers: 20_000 } });
    expect(between).toBeGreaterThan(2);
    expect(await environment.hints.count('prod')).toBe(20_000);
    const kept = await environment.log.page('prod', { limit: 1_000 });
    expect(kept.find(({ event }) => event.startsWith('SmartGroup'))).toMatchObject({
      outcome: 'hint',
      body: null,
    });
  });
});

describe('the event log', () => {
  it('has a limited length, and is read newest first in pages', async () => {
    for (let round = 0; round < 6; round += 1)
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          send(receiver, webhook('PushSent', { type: String(index) })),
        ),
      );
    const kept = await environment.redis.xlen(environment.key('prod', 'events'));
    expect(kept).toBeGreaterThanOrEqual(200);
    expect(kept).toBeLessThan(350);
    const first = await environment.log.page('prod', { limit: 2 });
    const next = await environment.log.page('prod', { before: first[1]?.id ?? '', limit: 2 });
    const ids = [...first, ...next].map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    // The tenth event of a millisecond has an ID that ends with -10.
    const byId = new Intl.Collator('en', { numeric: true });
    expect(ids.toSorted((a, b) => byId.compare(b, a))).toEqual(ids);
  });
});
