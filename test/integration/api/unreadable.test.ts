import { afterAll, beforeAll, expect, test } from 'vitest';
import { recert } from '../../support/cli.js';
import { ask, startApi, type TestApi, TOKENS } from './support.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const list = async () => {
  const { status, body } = await ask(api, 'GET', '/api/v1/redistributions', { token: TOKENS.viewer });
  expect(status).toBe(200);
  return body as { redistributions: { id: string }[]; unreadable: string[] };
};

test('a list names the unreadable record in every response, and the command line shows it', async () => {
  for (const id of ['1', '2']) {
    const body = { reason: 'for the list', computers: [{ id }] };
    const { status } = await ask(api, 'POST', '/api/v1/redistributions', { token: TOKENS.operator, body });
    expect(status).toBe(202);
  }
  const before = await list();
  expect(before.unreadable).toEqual([]);
  const spoiled = before.redistributions[0]?.id ?? '';
  const [key = ''] = await api.redis.keys(`*:redistributions:record:${spoiled}`);
  await api.redis.set(key, '1\n{"v":99}');
  for (let answer = 0; answer < 2; answer += 1) {
    const after = await list();
    expect(after.redistributions.map(({ id }) => id)).not.toContain(spoiled);
    expect(after.redistributions).toHaveLength(before.redistributions.length - 1);
    expect(after.unreadable).toEqual([`redistribution ${spoiled}`]);
  }
  const words = ['redistributions', 'list', '--url', api.url, '--token', TOKENS.viewer];
  const { code, err, out } = await recert(words, { now: api.now });
  expect(code).toBe(0);
  expect(err).toContain(`redistribution ${spoiled}`);
  expect(out).not.toContain(spoiled);
});
