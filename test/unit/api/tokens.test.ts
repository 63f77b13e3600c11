import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createToken } from '../../../src/config/values/api-token.js';
import { createTokenVerifier } from '../../../src/api/auth/tokens.js';

const none = { find: () => Promise.resolve(null), noteUsed: () => Promise.resolve() };

test('a new token is long, is found by secret scanners, and is recognized by its SHA-256', async () => {
  const { token, sha256 } = createToken();
  expect(token).toMatch(/^recert_[\w-]{43}$/);
  expect(sha256).toBe(createHash('sha256').update(token).digest('hex'));
  expect(createToken().token).not.toBe(token);
  const book = createTokenVerifier([{ name: 'ada', role: 'admin', sha256 }], none, () => 0);
  expect(await book.check(token)).toMatchObject({ known: true, expired: false, token: { name: 'ada' } });
  expect(await book.checkHash(sha256)).toMatchObject({ known: true });
  expect(await book.check(`${token}x`)).toEqual({ known: false });
  expect(await book.check(sha256)).toEqual({ known: false });
});

test('a token is valid until the end of its last day in UTC', async () => {
  const { token, sha256 } = createToken();
  let now = Date.parse('2026-11-30T23:59:59.999Z');
  const book = createTokenVerifier(
    [{ name: 'ci', role: 'viewer', sha256, expires: '2026-11-30' }],
    none,
    () => now,
  );
  expect(await book.check(token)).toMatchObject({ known: true, expired: false });
  now += 1;
  expect(await book.check(token)).toMatchObject({ known: true, expired: true });
});
