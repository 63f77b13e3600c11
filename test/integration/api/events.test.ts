import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventPage } from '../../../src/contract/resources/webhook-events.js';
import { createAdmit } from '../../../src/store/admission/admission.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { ask, startApi, type TestApi, TOKENS } from './support.js';

let api: TestApi;

beforeAll(async () => {
  api = await startApi({ fleet: false });
  const policies = { prod: { dedupeMs: 600_000, keepEvents: 100 } };
  const admit = createAdmit({ redis: api.redis, key: keysUnder('recert'), now: api.now, policies });
  const webhook = (event: string, computerId: string | null, outcome: string, identity: string) => ({
    identity,
    computerId,
    seenAt: null,
    hint: null,
    watchedHint: null,
    holdUntil: null,
    log: { event, at: 1_780_000_000_000, webhookId: '3', outcome, body: '{"body":"not-shown-here"}' },
  });
  await admit('prod', [
    webhook('ComputerCheckIn', '6', 'touch', 'a'),
    webhook('ComputerInventoryCompleted', '7', 'hint', 'b'),
    webhook('ComputerInventoryCompleted', '7', 'hint', 'b'),
  ]);
});
afterAll(() => api.close());

async function events(query: string) {
  const { status, body } = await ask(api, 'GET', `/api/v1/events?${query}`, { token: TOKENS.viewer });
  expect(status).toBe(200);
  expect(JSON.stringify(body)).not.toContain('not-shown-here');
  return eventPage.parse(body);
}

test('a viewer sees the events of Jamf Pro, newest first, without their bodies', async () => {
  const { events: all, next } = await events('');
  expect(next).toBeNull();
  expect(all.map(({ event, computerId, outcome }) => [event, computerId, outcome])).toEqual([
    ['ComputerInventoryCompleted', '7', 'duplicate'],
    ['ComputerInventoryCompleted', '7', 'hint'],
    ['ComputerCheckIn', '6', 'touch'],
  ]);
  expect(all[0]).toMatchObject({ at: 1_780_000_000_000, webhookId: '3' });
});

test.each([
  ['computer=6', 1],
  ['event=computerinventorycompleted&outcome=hint', 1],
  ['outcome=duplicate&instance=prod', 1],
  ['computer=8', 0],
  ['since=0', 3],
  [`since=${Date.now() + 3_600_000}`, 0],
])('the list is filtered by %s: %i', async (query, count) => {
  expect((await events(query)).events).toHaveLength(count);
});

test('the list has pages', async () => {
  const first = await events('limit=2');
  const second = await events(`limit=2&cursor=${first.next ?? ''}`);
  expect([first.events.length, second.events.length, second.next]).toEqual([2, 1, null]);
});

test.each([
  ['cursor=x', 400],
  ['computer=x', 400],
  ['instance=other', 404],
  ['what=x', 400],
])('%s is answered with %i', async (query, status) => {
  const answer = await ask(api, 'GET', `/api/v1/events?${query}`, { token: TOKENS.viewer });
  expect(answer.status).toBe(status);
});

test('a request without a token is refused', async () => {
  expect((await ask(api, 'GET', '/api/v1/events')).status).toBe(401);
});
