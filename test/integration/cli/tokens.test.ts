import { afterAll, beforeAll, expect, test } from 'vitest';
import { isPassword } from '../../../src/config/values/password-hash.js';
import { startApi, type TestApi, TOKENS } from '../api/support.js';
import { recert } from '../../support/cli.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi({ fleet: false });
});
afterAll(() => api.close());

const say = (words: string[], token: string = TOKENS.admin) =>
  recert([...words, '--url', api.url, '--token', token], { now: api.now });

test('a token is issued, used, listed and revoked', async () => {
  const made = await say(['tokens', 'issue', '--name', 'ci', '--role', 'viewer', '--expires', '2999-12-31']);
  expect(made.code).toBe(0);
  expect(made.out).toMatch(/^recert_[\w-]{43}$/u);
  expect((await say(['audit'], made.out)).code).toBe(0);
  const id = /revoke ([0-9a-f]{12})/u.exec(made.err)?.[1] ?? '';
  const list = await say(['tokens', 'list']);
  expect(list.out).toMatch(new RegExp(`${id} +ci +viewer +all +2999-12-31 +\\S.*ada`, 'u'));
  expect(list.out).toMatch(/old +admin +all +2020-01-31 \(expired\) +never +configuration/u);
  expect((await say(['tokens', 'revoke', id])).out).toContain('The token of ci is revoked');
  expect((await say(['audit'], made.out)).code).toBe(3);
  expect((await say(['tokens', 'revoke', id])).code).toBe(5);
  expect((await say(['tokens', 'list'], TOKENS.operator)).code).toBe(3);
});

test('the password of emergency access is read from standard input, and a short one is refused', async () => {
  const hash = (password: string) =>
    recert(['break-glass', 'hash'], { readSecret: () => Promise.resolve(password) });
  const good = await hash('correct horse battery');
  expect(good.code).toBe(0);
  expect(await isPassword('correct horse battery', good.out)).toBe(true);
  const short = await hash('short');
  expect([short.code, short.out]).toEqual([2, '']);
  expect(short.err).not.toContain('short,');
});
