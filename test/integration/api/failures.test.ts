import { afterEach, beforeEach, expect, test } from 'vitest';
import { failuresAnswer } from '../../../src/contract/resources/failures.js';
import { overview } from '../../../src/contract/resources/overview.js';
import { settingsAnswer } from '../../../src/contract/resources/settings.js';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { createRedistributionStore } from '../../../src/store/redistributions/redistributions.js';
import { attempted } from '../../unit/domain/redistribution/step-cases.js';
import { ask, JAMF_SECRET, mac, startApi, type TestApi, TOKENS, WEBHOOK_SECRET } from './support.js';

let api: TestApi;
beforeEach(async () => {
  api = await startApi({ fleet: false });
});
afterEach(() => api.close());

async function failures() {
  const { status, body } = await ask(api, 'GET', '/api/v1/failures', { token: TOKENS.viewer });
  expect(status).toBe(200);
  return failuresAnswer.parse(body);
}

/** Requests redistributions of due Macs, and lets the worker finish them with this result. */
async function redistribute(ids: readonly string[], change: Partial<Redistribution>): Promise<void> {
  const answer = await ask(api, 'POST', '/api/v1/redistributions', {
    token: TOKENS.operator,
    body: { reason: 'to see it fail', computers: ids.map((id) => ({ id })) },
  });
  expect(answer.status).toBe(202);
  const store = createRedistributionStore({ redis: api.redis, key: keysUnder('recert') });
  for (const id of ids) {
    const record = await store.openFor('prod', 'okta', id);
    if (!record) throw new Error(`${id} is not open`);
    await store.compareAndSet(record, { ...record, since: api.now(), ...change });
  }
}

const error = (text: string): Partial<Redistribution> => ({
  state: 'needs-human',
  closedAt: api.now(),
  attempts: [{ ...attempted, outcome: 'error', error: text, endedAt: api.now() }],
});

test('failures with the same cause are one group that includes retries, and blocked Macs are counted by reason', async () => {
  await api.save(...['1', '2', '3', '4', '5'].map((id) => mac(id, 5, api.now())));
  await redistribute(['1', '2'], error('The challenge is wrong (transaction 4711)'));
  await redistribute(['3'], {
    ...error('The challenge is wrong (transaction 12)'),
    state: 'retry',
    closedAt: null,
  });
  await redistribute(['4'], error('The network connection was lost'));
  await redistribute(['5'], { state: 'blocked', blocked: { reason: 'offline', text: 'not seen' } });
  const { groups, blocked, complete } = await failures();
  expect(groups.map(({ said, waiting, retrying }) => ({ said, waiting, retrying }))).toEqual([
    { said: 'The challenge is wrong (transaction 4711)', waiting: 2, retrying: 1 },
    { said: 'The network connection was lost', waiting: 1, retrying: 0 },
  ]);
  expect(groups[0]?.computers.map(({ id }) => id).sort()).toEqual(['1', '2', '3']);
  expect(groups[0]?.todo).toContain('Check whether the SCEP challenge was reset in Okta');
  expect(blocked).toMatchObject([{ reason: 'offline', count: 1 }]);
  expect(complete).toBe(true);
});

test('a Mac that was tried again, or renewed in another way, is no longer a failure', async () => {
  await api.save(mac('1', 5, api.now()), mac('2', 5, api.now()), mac('3', 5, api.now()));
  await redistribute(['1', '2', '3'], error('The challenge is wrong'));
  api.advance(1_000);
  await redistribute(['1'], {});
  await api.save(mac('2', 300, api.now()));
  const { groups } = await failures();
  expect(groups.flatMap(({ computers }) => computers.map(({ id }) => id))).toEqual(['3']);
  const { body } = await ask(api, 'GET', '/api/v1/overview', { token: TOKENS.viewer });
  const { redistributions } = overview.parse(body).instances[0] ?? {};
  expect(redistributions).toMatchObject({ failed: 1, needAttention: 1 });
});

test('settings are for admins, and contain no secret', async () => {
  const refused = await ask(api, 'GET', '/api/v1/settings', { token: TOKENS.operator });
  expect(refused.status).toBe(403);
  const { status, body } = await ask(api, 'GET', '/api/v1/settings', { token: TOKENS.admin });
  expect(status).toBe(200);
  const { settings } = settingsAnswer.parse(body);
  expect(settings.find(({ path }) => path === 'instances.prod.url')?.value).toBe('https://jamf.example.com/');
  for (const secret of [JAMF_SECRET, WEBHOOK_SECRET]) expect(JSON.stringify(body)).not.toContain(secret);
});
