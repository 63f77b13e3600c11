import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditPage } from '../../../src/contract/resources/audit.js';
import { redistributeAnswer } from '../../../src/contract/resources/redistribution.js';
import { routes } from '../../../src/api/server/routes.js';
import { createAdmit } from '../../../src/store/admission/admission.js';
import { keysUnder } from '../../../src/store/redis/keys.js';
import { ask, mac, startApi, type TestApi, TOKENS } from './support.js';

const reason = 'asked twice with one key';
const admin = { token: TOKENS.admin };
let api: TestApi;

/** The request for each acting route, and a different one for the same key. `{id}` is the result of `idFor`. */
const REQUESTS: Readonly<Record<string, readonly [body: object, other: object]>> = {
  'POST /api/v1/redistributions': [
    { reason, computers: [{ id: '1' }] },
    { reason, computers: [{ id: '2' }] },
  ],
  'POST /api/v1/redistributions/{id}/cancel': [{ reason }, { reason: 'for another reason' }],
  'POST /api/v1/batches/{id}/cancel': [{ reason }, { reason, opened: false }],
  'POST /api/v1/computers/{id}/look': [{}, { instance: 'prod' }],
  'POST /api/v1/pause': [{ reason }, { reason: 'for another reason' }],
  'POST /api/v1/resume': [{ reason }, { reason, nextWave: true }],
  'POST /api/v1/sweep': [{ what: 'open' }, { what: 'full' }],
  'POST /api/v1/jobs/retry': [
    { reason, queue: 'sweep' },
    { reason, queue: 'notify' },
  ],
  'POST /api/v1/jobs/clear': [
    { reason, queue: 'sweep' },
    { reason, queue: 'notify' },
  ],
  'POST /api/v1/events/replay': [
    { reason, outcome: 'touch' },
    { reason, outcome: 'hint' },
  ],
  'POST /api/v1/events/{id}/replay': [{ reason }, { reason: 'for another reason' }],
};

/**
 * Routes without a key; the routes contain the reasons. The route of the whole scope has a key and needs a simulated Jamf Pro: see
 * whole-scope.test.ts.
 */
const ELSEWHERE = [
  'POST /api/v1/profiles/{id}/whole-scope',
  // The stored response would contain the token.
  'POST /api/v1/tokens',
  // A repeated deletion has no further effect.
  'DELETE /api/v1/tokens/{id}',
  'DELETE /api/v1/sessions',
  'POST /api/v1/removed-instances/{id}/forget',
];

async function open(body: object) {
  const answer = await ask(api, 'POST', '/api/v1/redistributions', { ...admin, body: { reason, ...body } });
  expect(answer.status).toBe(202);
  return redistributeAnswer.parse(answer.body);
}

/** A separate object for each acting route. */
async function idFor(name: string): Promise<string> {
  if (name.includes('/computers/')) return '2';
  if (name.includes('/redistributions/'))
    return (await open({ computers: [{ id: '5' }] })).results[0]?.redistributionId ?? '';
  if (name.includes('/batches/')) return (await open({ filter: { text: 'mac-6' } })).batch?.id ?? '';
  const { body } = await ask(api, 'GET', '/api/v1/events?outcome=hint', admin);
  return (body as { events: { id: string }[] }).events[0]?.id ?? '';
}

async function audit() {
  const { body } = await ask(api, 'GET', '/api/v1/audit?limit=500', admin);
  return auditPage.parse(body).entries;
}

beforeAll(async () => {
  api = await startApi();
  const now = api.now();
  await api.save(...['5', '6', '7', '8'].map((id) => mac(id, 15, now)));
  const policies = { prod: { dedupeMs: 600_000, keepEvents: 100 } };
  const admit = createAdmit({ redis: api.redis, key: keysUnder('recert'), now: api.now, policies });
  const webhook = (event: string, computerId: string, outcome: string) => ({
    identity: event,
    computerId,
    seenAt: null,
    hint: null,
    watchedHint: null,
    holdUntil: null,
    log: {
      event,
      at: now,
      webhookId: '3',
      outcome,
      body: JSON.stringify({
        webhook: { id: 3, name: 'Recert', webhookEvent: event, eventTimestamp: now },
        event: { computer: { jssID: Number(computerId) }, trigger: 'CLIENT_CHECKIN', username: '' },
      }),
    },
  });
  await admit('prod', [
    webhook('ComputerCheckIn', '6', 'touch'),
    webhook('ComputerInventoryCompleted', '7', 'hint'),
  ]);
});
afterAll(() => api.close());

describe('a repeated request with the same idempotency key', () => {
  const acting = routes.filter(({ acts }) => acts !== null);
  const names = acting.map(({ method, path }) => `${method.toUpperCase()} ${path}`);

  test('is tested for every acting route, or the route has a reason', () => {
    expect([...Object.keys(REQUESTS), ...ELSEWHERE].sort()).toEqual(names.toSorted());
    const without = acting.filter(({ idempotent }) => !idempotent);
    expect(without.map(({ method, path }) => `${method.toUpperCase()} ${path}`).sort()).toEqual(
      ELSEWHERE.slice(1).sort(),
    );
  });

  test.each(Object.entries(REQUESTS))(
    'acts once and has the same response: %s',
    async (name, [body, other]) => {
      const [method = '', pattern = ''] = name.split(' ');
      const path = pattern.replace('{id}', await idFor(name));
      const headers = { 'Idempotency-Key': `key of ${name}`.replaceAll(' ', '-') };
      const before = (await audit()).length;
      const first = await ask(api, method, path, { ...admin, headers, body });
      expect([200, 202]).toContain(first.status);
      expect(first.headers.get('idempotent-replayed')).toBeNull();
      const acted = (await audit()).length;
      expect(acted).toBe(before + 1);
      // The worker of the test completes batches at the same time.
      const jobKeys = async () =>
        (await api.redis.keys('*queue*')).filter((key) => !key.includes('queue:batch'));
      const jobs = await jobKeys();
      const second = await ask(api, method, path, { ...admin, headers, body });
      expect([second.status, second.body]).toEqual([first.status, first.body]);
      expect(second.headers.get('idempotent-replayed')).toBe('true');
      const changed = await ask(api, method, path, { ...admin, headers, body: other });
      expect(changed.status).toBe(422);
      expect((await audit()).length).toBe(acted);
      expect((await jobKeys()).length).toBe(jobs.length);
    },
  );

  test('acts separately for each user', async () => {
    const headers = { 'Idempotency-Key': 'key-of-two' };
    const path = '/api/v1/computers/2/look';
    for (const token of [TOKENS.admin, TOKENS.operator]) {
      const { status, headers: said } = await ask(api, 'POST', path, { token, headers, body: {} });
      expect([status, said.get('idempotent-replayed')]).toEqual([202, null]);
    }
  });
});
