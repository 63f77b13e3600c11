import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventDetail, eventPage, replayAllAnswer } from '../../../src/contract/resources/webhook-events.js';
import { type Receiver, startReceiver } from '../../../src/receiver.js';
import { createHints } from '../../../src/store/hints/hints.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createProfileHints } from '../../../src/store/hints/profile-hints.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { ask, containing, mac, startApi, type TestApi, TOKENS, WEBHOOK_SECRET } from '../api/support.js';
import { recert as run } from '../../support/cli.js';
import { fixture, send as sendTo, until, webhook } from './environment.js';

const HEADERS = { 'Content-Type': 'application/json', 'X-Api-Key': WEBHOOK_SECRET };
const reason = 'it was not known yet, INC-4711';

const key = keysUnder('recert');
const told: unknown[] = [];
let api: TestApi;
let receiver: Receiver;
beforeAll(async () => {
  // Its Redis, configuration and fleet. Requests go to a complete receiver.
  api = await startApi({ more: 'http: { port: 0 }' });
  const telemetry = createTelemetry((kind, fields) => void told.push({ kind, fields }));
  receiver = await startReceiver(api.config, { telemetry });
  await until(async () => (await fetch(`${receiver.url}/readyz`)).status === 200);
});
afterAll(async () => {
  await receiver.stop();
  await api.close();
});
beforeEach(async () => {
  const kept = await api.redis.keys('{recert}:prod:*');
  const passing = kept.filter((name) => /events|hints?|awake|hold|watch|seen|dedupe/.test(name));
  if (passing.length > 0) await api.redis.del(...passing);
});

async function send(body: string, headers: Record<string, string> = HEADERS) {
  const { status, answer } = await sendTo(receiver, body, { headers });
  expect(status).toBe(202);
  return answer;
}

function get(path: string, token: string = TOKENS.viewer) {
  return ask(receiver, 'GET', `/api/v1/${path}`, { token });
}

function post(path: string, body: object, more: { token?: string; headers?: Record<string, string> } = {}) {
  return ask(receiver, 'POST', `/api/v1/${path}`, { token: TOKENS.operator, body, ...more });
}

async function events(query = '') {
  const { status, body } = await get(`events?${query}`);
  expect(status).toBe(200);
  return eventPage.parse(body).events;
}

async function newest() {
  const [event] = await events('limit=1');
  if (!event) throw new Error('the log is empty');
  return event;
}

async function show(id: string) {
  const { status, body } = await get(`events/${id}`);
  expect(status).toBe(200);
  return eventDetail.parse(body);
}

const hints = () => createHints({ redis: api.redis, key, now: Date.now });
const hinted = async () =>
  (await hints().claim('prod', { now: Date.now() + 1_000_000, limit: 100, leaseMs: 1 })).map(
    ({ computerId, reasons }) => [computerId, ...reasons],
  );
const inventory = (about: object, at?: number) => webhook('ComputerInventoryCompleted', about, at);

describe('the replay of one event', () => {
  it('admits an event without a Mac again when the Mac is known, marks it as a replay, and is audited', async () => {
    const at = Date.now() - 3_600_000;
    const body = inventory({ serialNumber: 'SERIAL50' }, at);
    expect(await send(body)).toMatchObject({ effect: 'unresolved' });
    const original = await newest();
    await api.save(mac('50', 100, Date.now()));
    expect((await send(body)).outcome).toBe('duplicate');
    const seen = () => api.redis.zscore(key('prod', 'seen'), '50');
    const before = await seen();
    expect(before).not.toBeNull();

    const { status, body: answer } = await post(`events/${original.id}/replay`, { reason });
    expect(status).toBe(202);
    expect(answer).toEqual({
      replayOf: original.id,
      event: 'ComputerInventoryCompleted',
      effect: 'hint',
      computers: 1,
    });
    expect(await hinted()).toEqual([['50', 'inventory']]);
    // The contact has the time of the event.
    expect(await seen()).toBe(before);
    const replay = await newest();
    expect(replay).toMatchObject({
      event: 'ComputerInventoryCompleted',
      computerId: '50',
      webhookId: '4',
      outcome: 'hint',
      replayOf: original.id,
      at,
    });
    expect(await show(replay.id)).toMatchObject({ body: null, noBody: 'replay' });
    const trail = await get('audit?limit=1');
    expect(trail.body).toMatchObject({
      entries: [
        {
          who: 'oskar',
          action: 'replay',
          instance: 'prod',
          reason,
          subjects: [original.id],
          outcome: 'done',
          result: 'ComputerInventoryCompleted replayed: hint.',
        },
      ],
    });
  });

  it('happens once per key, and again without a key', async () => {
    await send(inventory({ jssID: 1 }));
    const { id } = await newest();
    const headers = { 'Idempotency-Key': 'replay-once' };
    await post(`events/${id}/replay`, { reason }, { headers });
    const second = await post(`events/${id}/replay`, { reason }, { headers });
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([202, 'true']);
    expect(await events()).toHaveLength(2);
    await post(`events/${id}/replay`, { reason });
    expect(await events()).toHaveLength(3);
  });

  it('works for XML, and for events whose secrets were hidden', async () => {
    await send(fixture('ComputerInventoryCompleted.today.xml'), { ...HEADERS, 'Content-Type': 'text/xml' });
    const xml = await newest();
    expect((await post(`events/${xml.id}/replay`, { reason })).body).toMatchObject({ effect: 'hint' });
    expect(await hinted()).toEqual([['61', 'inventory']]);
    await send(inventory({ jssID: 7, authToken: 'hidden-from-the-log' }));
    const { id } = await newest();
    expect((await show(id)).body).toContain('[hidden]');
    expect((await post(`events/${id}/replay`, { reason })).body).toMatchObject({ effect: 'hint' });
  });

  it('is refused with the reason for a body that was too large, a duplicate, and a replay', async () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => index + 1);
    await send(webhook('SmartGroupComputerMembershipChange', { computer: true, groupAddedDevicesIds: ids }));
    const large = await newest();
    expect(await show(large.id)).toMatchObject({
      body: null,
      noBody: 'too-large',
      note: containing('larger than 64 KB and was not stored'),
    });
    const refused = await post(`events/${large.id}/replay`, { reason });
    expect(refused.status).toBe(409);
    expect(refused.body).toHaveProperty('detail', containing('recert sweep --what full'));

    const body = inventory({ jssID: 1 });
    await send(body);
    const original = await newest();
    await send(body);
    const duplicate = await newest();
    expect((await post(`events/${duplicate.id}/replay`, { reason })).body).toHaveProperty(
      'detail',
      containing('This event is a duplicate'),
    );
    await post(`events/${original.id}/replay`, { reason });
    const { id } = await newest();
    expect((await post(`events/${id}/replay`, { reason })).body).toHaveProperty(
      'detail',
      containing(`with event ${original.id}`),
    );
  });

  it('of a shutdown event does not hold Jamf calls again', async () => {
    await send(fixture('JSSShutdown.today.json'));
    const { id } = await newest();
    await api.redis.del(key('prod', 'hold'));
    expect((await post(`events/${id}/replay`, { reason })).body).toMatchObject({ effect: 'none' });
    expect(await api.redis.exists(key('prod', 'hold'))).toBe(0);
    await api.redis.set(key('prod', 'hold'), Date.now() + 60_000);
    await post(`events/${id}/replay`, { reason });
    expect(await api.redis.exists(key('prod', 'hold'))).toBe(1);
  });

  it('is refused to a viewer, without a reason, and for an unknown event', async () => {
    await send(inventory({ jssID: 1 }));
    const { id } = await newest();
    expect((await post(`events/${id}/replay`, { reason }, { token: TOKENS.viewer })).status).toBe(403);
    const trail = await get('audit?limit=1');
    expect(trail.body).toMatchObject({ entries: [{ who: 'vera', action: 'replay', outcome: 'refused' }] });
    expect((await post(`events/${id}/replay`, {})).status).toBe(400);
    expect((await post('events/1-1/replay', { reason })).status).toBe(404);
    expect((await get('events/1-1')).status).toBe(404);
    expect((await get('events/none')).status).toBe(400);
    expect(await events()).toHaveLength(1);
  });
});

describe('the log', () => {
  it('is searched by serial number, known or unknown, and by time', async () => {
    await send(inventory({ jssID: 2 }));
    await send(inventory({ jssID: 1 }));
    await send(inventory({ serialNumber: 'NOTKNOWN9' }));
    const [unresolved, one, two] = await events();
    expect((await events('serialNumber=serial2')).map(({ id }) => id)).toEqual([two?.id]);
    expect((await events('serialNumber=notknown9')).map(({ id }) => id)).toEqual([unresolved?.id]);
    expect(await events('serialNumber=NOBODY')).toEqual([]);
    expect((await get('events?serialNumber=SERIAL2&computer=1')).status).toBe(400);
    const until = one?.admittedAt ?? 0;
    expect((await events(`until=${until}`)).length).toBeGreaterThanOrEqual(2);
    expect(await events(`until=${(two?.admittedAt ?? 0) - 1}`)).toEqual([]);
    expect(await events(`since=${until}&until=${until}&computer=1`)).toHaveLength(1);
  });
});

describe('the replay of all matching events', () => {
  async function fill(): Promise<void> {
    for (const jssID of [1, 2, 2, 3]) await send(inventory({ jssID }));
    await send(webhook('ComputerCheckIn', { computer: { jssID: 4 } }));
    const twice = inventory({ jssID: 4 });
    await send(twice);
    await send(twice);
    await hints().done(
      'prod',
      await hints().claim('prod', { now: Date.now() + 10_000, limit: 9, leaseMs: 1 }),
    );
    expect(await hints().count('prod')).toBe(0);
  }
  const all = async (body: object) => {
    const { status, body: answer } = await post('events/replay', { reason, ...body });
    return { status, answer: status < 300 ? replayAllAnswer.parse(answer) : answer };
  };

  it('counts them first, and then admits exactly those again', async () => {
    await fill();
    const filter = { event: 'computerinventorycompleted' };
    const dry = await all({ ...filter, dryRun: true });
    expect(dry).toMatchObject({
      status: 200,
      answer: { dryRun: true, replayable: 5, notKept: 0, computers: 4, replayed: 0 },
    });
    expect(await events()).toHaveLength(7);
    const { until } = replayAllAnswer.parse(dry.answer);
    const done = await all({ ...filter, until, most: 5 });
    expect(done).toMatchObject({
      status: 202,
      answer: { dryRun: false, replayable: 5, replayed: 5, effects: { hint: 5 }, notUnderstood: 0 },
    });
    expect((await hinted()).map(([id]) => id).sort()).toEqual(['1', '2', '3', '4']);
    const log = await events();
    expect(log).toHaveLength(12);
    expect(log.filter(({ replayOf }) => replayOf !== null)).toHaveLength(5);
    const trail = await get('audit?limit=1');
    expect(trail.body).toMatchObject({
      entries: [
        {
          action: 'replay',
          reason,
          computers: 4,
          outcome: 'done',
          result: '5 replayed (5 hint), 0 not supported by this version.',
          subjects: [containing('event computerinventorycompleted, until 2')],
        },
      ],
    });
    // Replays do not match: a second request counts the same five.
    expect((await all({ ...filter, dryRun: true })).answer).toMatchObject({ replayable: 5 });
  });

  it('does nothing, on record, when there are more than the limit', async () => {
    await fill();
    const { status, answer } = await all({ outcome: 'hint', most: 4 });
    expect(status).toBe(409);
    expect(answer).toHaveProperty('detail', containing('5 events match, but "most" is 4'));
    expect(await events()).toHaveLength(7);
    const trail = await get('audit?limit=1');
    expect(trail.body).toMatchObject({ entries: [{ action: 'replay', outcome: 'refused' }] });
  });

  it('requires a filter', async () => {
    const { status, answer } = await all({ dryRun: true });
    expect(status).toBe(400);
    expect(answer).toHaveProperty('detail', containing('set at least one filter'));
  });
});

describe('an event about a profile', () => {
  const operation = (more: object = {}) =>
    webhook('RestAPIOperation', {
      authorizedUsername: 'admin',
      objectID: 12,
      objectName: 'Okta blue',
      objectTypeName: 'macOS configuration profile',
      operationSuccessful: true,
      restAPIOperationType: 'PUT',
      ...more,
    });
  const hintedProfiles = async () =>
    (
      await createProfileHints({ redis: api.redis, key, now: Date.now }).claim('prod', {
        now: Date.now() + 10_000,
        limit: 10,
        leaseMs: 1,
      })
    ).map(({ computerId }) => computerId);

  it('that is watched causes a new reading of the profile, and wakes a worker', async () => {
    await api.queues.assess.drain(true);
    expect(await send(operation())).toMatchObject({ outcome: 'admitted', effect: 'profile', computers: 0 });
    expect(await send(operation({ restAPIOperationType: 'DELETE', objectID: '13' }))).toMatchObject({
      effect: 'profile',
    });
    expect((await hintedProfiles()).sort()).toEqual(['12', '13']);
    expect((await events('outcome=profile')).map(({ computerId }) => computerId)).toEqual([null, null]);
    await expect.poll(() => api.queues.assess.getDelayedCount()).toBeGreaterThan(0);
    expect(await hints().count('prod')).toBe(0);
  });

  it.each([
    ['is not watched', { objectID: 99 }],
    ['only read it, as Recert does', { restAPIOperationType: 'GET' }],
    ['failed', { operationSuccessful: false }],
    ['was on another kind of object of the same id', { objectTypeName: 'computer group' }],
    ['was on a profile of mobile devices', { objectTypeName: 'mobile device configuration profile' }],
  ])('that %s is counted and ignored', async (_, more) => {
    expect(await send(operation(more))).toMatchObject({ outcome: 'ignored', effect: 'none' });
    expect(await hintedProfiles()).toEqual([]);
  });
});

describe('a secret of an event', () => {
  const CANARY = 'canary-7f3a-nobody-may-see';
  const scep = (more: object = {}) =>
    webhook('SCEPChallenge', {
      targetUser: { username: 'ada', password: CANARY, pin: CANARY },
      targetDevice: { serialNumber: 'SERIAL1' },
      scepServerUrl: `https://ada:${CANARY}@ca.example.com/scep?challenge=${CANARY}`,
      ...more,
    });

  it('is in no response, nowhere in Redis, and in no operator event', async () => {
    // Otherwise DUMP is compressed, and a search in it finds nothing.
    await api.redis.config('SET', 'rdbcompression', 'no');
    await send(scep());
    await send(scep({ nested: JSON.stringify({ password: CANARY }), list: [{ apiKey: CANARY }] }));
    await send(scep({ scepServerUrl: `https://ada:${CANARY}@ca.example.com/scep` }));
    await send(webhook('ComputerDreamt', { clientSecret: CANARY, note: `password: ${CANARY}` }));
    await send(
      `<JSSEvent><webhook><id>4</id><webhookEvent>SCEPChallenge</webhookEvent></webhook><event><targetUser pin="${CANARY}"><password>${CANARY}</password></targetUser><!-- ${CANARY} --></event></JSSEvent>`,
      { ...HEADERS, 'Content-Type': 'text/xml' },
    );
    const answers: unknown[] = [(await get('events')).body];
    for (const { id } of await events()) {
      const detail = await show(id);
      expect(detail.body).not.toBeNull();
      answers.push(detail, (await post(`events/${id}/replay`, { reason })).body);
      answers.push((await run(['events', 'show', id, '--url', receiver.url, '--token', TOKENS.viewer])).out);
    }
    answers.push((await post('events/replay', { reason, event: 'SCEPChallenge' })).body);
    answers.push((await get('audit')).body, told);
    expect(JSON.stringify(answers)).not.toContain(CANARY);
    expect(JSON.stringify(answers)).toContain('SERIAL1');
    for (const name of await api.redis.keys('*'))
      expect((await api.redis.dumpBuffer(name)).includes(CANARY), name).toBe(false);
    // The search works: it finds a field that is not secret.
    const log = await api.redis.dumpBuffer(key('prod', 'events'));
    expect(log.includes('ComputerDreamt')).toBe(true);
  });
});
