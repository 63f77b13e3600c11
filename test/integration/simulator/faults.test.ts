import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FaultsInput } from '../../../simulator/http/faults/schema.js';
import { startTestSimulator, type TestSimulator } from '../support/jamf-caller.js';
import { limitByProcessTime } from '../../support/process-time.js';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator({ fleet: { computers: 10, due: 0, unmanaged: 0 } });
});
afterAll(() => simulator.close());
afterEach(() => simulator.control('DELETE', '/faults'));

const set = async (faults: FaultsInput) => {
  const answer = await simulator.control('PUT', '/faults', { json: faults });
  expect(answer.status).toBe(200);
};
const inventory = '/api/v4/computers-inventory';

describe('fault switches', () => {
  it.each([401, 403, 409, 500, 502, 503, 504])('answer %i, JSON here and a page there', async (status) => {
    await set({ http: [{ kind: 'status', status }] });
    const pro = await simulator.call('GET', inventory);
    expect(pro.status).toBe(status);
    expect(pro.json()).toMatchObject({ httpStatus: status });
    const classic = await simulator.call('GET', '/JSSResource/webhooks');
    expect(classic.status).toBe(status);
    expect(classic.text).toContain('<p>Error: ');
  });

  it('answer 429 with Retry-After', async () => {
    await set({ http: [{ kind: 'status', status: 429, retryAfterSeconds: 7 }] });
    const answer = await simulator.call('GET', inventory);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('7');
  });

  it('hit a path and a method, so often and no more', async () => {
    await set({ http: [{ kind: 'status', status: 500, path: '^/api/v4/', methods: ['get'], count: 2 }] });
    const statuses = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await simulator.call('GET', inventory)).status);
    expect(statuses).toEqual([500, 500, 200]);
    expect((await simulator.call('GET', '/api/v1/jamf-pro-version')).status).toBe(200);
    expect((await simulator.control('GET', '/faults')).json()).toMatchObject({
      http: [{ count: 2, hits: 2 }],
    });
  });

  it('hit a share of the requests', async () => {
    await set({ http: [{ kind: 'status', status: 503, share: 0.5 }] });
    let hits = 0;
    for (let call = 0; call < 100; call += 1) {
      if ((await simulator.call('GET', '/api/v1/jamf-pro-version')).status === 503) hits += 1;
    }
    expect(hits).toBeGreaterThan(25);
    expect(hits).toBeLessThan(75);
  });

  it('slow answers down', async () => {
    await set({ http: [{ kind: 'latency', fixed: '80ms', jitter: '20ms' }] });
    const startedAt = performance.now();
    expect((await simulator.call('GET', '/api/v1/jamf-pro-version')).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(75);
  });

  it('leave a connection hanging', async () => {
    await set({ http: [{ kind: 'hang' }] });
    limitByProcessTime();
    const signal = AbortSignal.timeout(200);
    await expect(simulator.call('GET', inventory, { signal })).rejects.toThrow(/timeout/i);
    await expect
      .poll(async () =>
        (
          (await simulator.control('GET', '/requests')).json() as { path: string; status: number | null }[]
        ).at(-1),
      )
      .toMatchObject({ path: inventory, status: null });
  });

  it('send half a body and break off', async () => {
    await set({ http: [{ kind: 'half-body' }] });
    await expect(simulator.call('GET', inventory)).rejects.toThrow(/terminated|fetch failed/);
  });

  it('replace text of a response without escaping it, several at once', async () => {
    const [first] = simulator.world.computers.all();
    if (!first) throw new Error('no Mac');
    await set({
      http: [
        { kind: 'text', path: inventory, find: `"(${first.name})"`, replaceWith: '"a\t$1"' },
        { kind: 'text', find: '"totalCount":\\d+', replaceWith: '"totalCount":7' },
      ],
    });
    const { status, text } = await simulator.call('GET', inventory);
    expect(status).toBe(200);
    expect(text).toContain(`"a\t${first.name}"`);
    expect(text).toContain('"totalCount":7');
  });

  it('send a page in place of JSON', async () => {
    await set({ http: [{ kind: 'html' }] });
    const answer = await simulator.call('GET', inventory);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.text).toContain('<!DOCTYPE html>');
  });

  it.each(['status', 'hang', 'half-body'] as const)('%s after the write has been done', async (kind) => {
    const { id } = simulator.world.groups.createStatic({ name: `after ${kind}` });
    await set({ http: [kind === 'status' ? { kind, status: 500, when: 'after' } : { kind, when: 'after' }] });
    const xml =
      '<computer_group><computer_additions><computer><id>1</id></computer></computer_additions></computer_group>';
    limitByProcessTime();
    const signal = AbortSignal.timeout(300);
    const outcome = await simulator
      .call('PUT', `/JSSResource/computergroups/id/${id}`, { xml, signal })
      .then(({ status }) => status)
      .catch(() => 'broken');
    expect(outcome).toBe(kind === 'status' ? 500 : 'broken');
    expect([...(simulator.world.groups.get(id)?.members ?? [])]).toEqual([1]);
  });

  it('reach the world: webhooks, CA, push', async () => {
    await set({ webhooks: { lose: 0.5, double: 0.1 }, ca: { rateLimited: true }, push: { lose: 1 } });
    expect(simulator.world.faults).toEqual({
      webhooks: { lose: 0.5, double: 0.1, reorder: 0 },
      ca: { failing: 0, losing: 0, rateLimited: true },
      push: { lose: 1 },
      words: 'documented',
    });
    await simulator.control('DELETE', '/faults');
    expect(simulator.world.faults.webhooks.lose).toBe(0);
    expect(simulator.world.faults.ca.rateLimited).toBe(false);
  });

  it('refuse what they do not know and stay as they were', async () => {
    await set({ http: [{ kind: 'hang', path: 'nowhere' }] });
    for (const json of [
      { http: [{ kind: 'explode' }] },
      { http: [{ kind: 'hang', path: '(' }] },
      { webhooks: { lose: 2 } },
    ]) {
      expect((await simulator.control('PUT', '/faults', { json })).status).toBe(400);
    }
    expect((await simulator.control('GET', '/faults')).json()).toMatchObject({ http: [{ path: 'nowhere' }] });
  });
});

describe('a restart', () => {
  it('answers 503 until it is up again, and has forgotten all tokens', async () => {
    await simulator.control('POST', '/actions', { json: { action: 'restart', down: '30s' } });
    const down = await simulator.call('GET', inventory);
    expect(down.status).toBe(503);
    expect(down.headers.get('content-type')).toContain('text/html');
    expect((await simulator.control('GET', '/state')).json()).toMatchObject({ down: true });
    await simulator.control('POST', '/time', { json: { advance: '30s' } });
    expect((await simulator.call('GET', inventory)).status).toBe(401);
    const again = await simulator.signIn('recert', 'recert-secret');
    expect((await again('GET', inventory)).status).toBe(200);
  });
});
