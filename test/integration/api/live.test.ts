import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createLiveStream } from '../../../src/store/live/stream.js';
import { type Listening, listen, somethingHappens } from './event-stream.js';
import { ask, startApi, type TestApi, TOKENS } from './support.js';

let api: TestApi;
const open: Listening[] = [];

beforeAll(async () => {
  api = await startApi();
});
afterEach(() => {
  for (const one of open.splice(0)) one.leave();
});
afterAll(() => api.close());

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

async function connect(headers: Record<string, string> = bearer(TOKENS.viewer), path?: string) {
  const one = await listen(api, headers, path);
  open.push(one);
  return one;
}

const names = ({ heard }: Listening) => heard.map(({ event }) => event);

function moved(computerId: string, instance = 'prod'): void {
  api.telemetry.emit('redistribution.moved', {
    instance,
    computerId,
    profile: 'okta',
    redistributionId: `r${computerId}`,
    from: 'pushed',
    to: 'verifying',
    why: 'test',
    cause: 'manual',
  });
}

test('the stream first sends `reload`, then changes with the redistribution and its state', async () => {
  const one = await connect();
  expect(one.status).toBe(200);
  await expect.poll(() => names(one)).toEqual(['reload']);
  moved('7');
  await expect
    .poll(() => one.heard[1]?.data)
    .toEqual({
      changes: [
        { topic: 'redistributions', instance: 'prod', id: 'r7', computerId: '7', state: 'verifying' },
      ],
    });
});

test('the stream contains actions of other processes, and nothing of instances that this service does not have', async () => {
  const one = await connect();
  await expect.poll(() => names(one)).toEqual(['reload']);
  const elsewhere = createLiveStream({ redis: api.redis, key: keysUnder('recert') });
  await elsewhere.append([{ topic: 'computers', instance: 'moon' }]);
  await elsewhere.append([{ topic: 'computers', instance: 'prod' }]);
  await expect
    .poll(() => one.heard.slice(1).map(({ data }) => data))
    .toEqual([{ changes: [{ topic: 'computers', instance: 'prod' }] }]);
});

test('a client that reconnects receives all missed events once, in order', async () => {
  const first = await connect();
  await expect.poll(() => names(first)).toEqual(['reload']);
  moved('1');
  await expect.poll(() => first.heard.length).toBe(2);
  first.leave();
  moved('2');
  moved('3');
  const keeper = await connect();
  await expect.poll(() => names(keeper)).toContain('change');
  const again = await connect({ ...bearer(TOKENS.viewer), 'Last-Event-ID': first.heard[1]?.id ?? '' });
  moved('4');
  const computers = () =>
    again.heard.flatMap(({ data }) =>
      (data as { changes: { computerId: string }[] }).changes.map(({ computerId }) => computerId),
    );
  await expect.poll(computers).toEqual(['2', '3', '4']);
  expect(names(again)).not.toContain('reload');
});

test.each(['1-1', 'rubbish', '99999999999999-0'])(
  'a client that missed too many events (%s) must reload',
  async (id) => {
    const one = await connect({ ...bearer(TOKENS.viewer), 'Last-Event-ID': id });
    await expect.poll(() => names(one)).toEqual(['reload']);
  },
);

test('the stream ends on request, immediately for HEAD, and requires sign-in', async () => {
  const short = await connect(bearer(TOKENS.viewer), '/api/v1/live?for=50ms');
  await short.ended;
  expect(names(short)).toEqual(['reload']);
  expect((await ask(api, 'HEAD', '/api/v1/live', { token: TOKENS.viewer })).status).toBe(200);
  expect((await ask(api, 'GET', '/api/v1/live')).status).toBe(401);
  expect((await ask(api, 'GET', '/api/v1/live?for=9999h', { token: TOKENS.viewer })).status).toBe(400);
});

test('the stream ends at once when its session is signed out, and other sessions continue', async () => {
  const cookieOf = async () => {
    const { headers } = await ask(api, 'POST', '/api/v1/session', { body: { token: TOKENS.operator } });
    return { Cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '', 'Sec-Fetch-Site': 'same-origin' };
  };
  const [leaving, staying] = [await cookieOf(), await cookieOf()];
  const [one, other] = [await connect(leaving), await connect(staying)];
  await expect.poll(() => names(one)).toContain('reload');
  await ask(api, 'DELETE', '/api/v1/session', { headers: leaving });
  await one.ended;
  expect(names(one).at(-1)).toBe('signed-out');
  await somethingHappens(api, TOKENS.operator);
  await expect.poll(() => names(other)).toContain('change');
  expect(names(other)).not.toContain('signed-out');
});

test('many events are combined, and too many become one reload', async () => {
  const one = await connect();
  await expect.poll(() => names(one)).toEqual(['reload']);
  for (let index = 0; index < 5_000; index += 1) moved(String(index % 300));
  await expect.poll(() => one.heard.length).toBe(2);
  expect(one.heard[1]?.data).toEqual({ changes: [{ topic: 'everything', instance: null }] });
});

test('the stream in Redis has a limited length', async () => {
  const stream = createLiveStream({ redis: api.redis, key: keysUnder('recert') });
  for (let round = 0; round < 60; round += 1)
    await Promise.all(
      Array.from({ length: 100 }, () => stream.append([{ topic: 'overview', instance: 'prod' }])),
    );
  expect(await api.redis.xlen('{recert}:live')).toBeLessThan(5_300);
});
