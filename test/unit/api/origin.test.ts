import { expect, test } from 'vitest';
import { sessionCookie, sessionIdOf } from '../../../src/api/cookie.js';
import { mustBeOwnOrigin } from '../../../src/api/origin.js';
import { Problem } from '../../../src/api/problem.js';

const publicUrl = 'https://recert.example.com';

test.each([
  [{ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example.com' }, true],
  [{ 'sec-fetch-site': 'none' }, false],
  [{ origin: 'https://recert.example.com', host: 'inner:8080' }, true],
  [{ origin: 'http://inner:8080', host: 'inner:8080' }, true],
  [{ origin: 'https://recert.example.com.evil.com', host: 'inner:8080' }, false],
  [{ origin: 'nonsense', host: 'nonsense' }, false],
])('%o is own: %s', (headers, own) => {
  let refused = false;
  try {
    mustBeOwnOrigin(headers, { publicUrl, strict: true });
  } catch (error) {
    refused = error instanceof Problem;
  }
  expect(refused).toBe(!own);
});

test('without a word of where from, only a cookie is not believed', () => {
  expect(() => mustBeOwnOrigin({ host: 'x' }, { publicUrl: undefined, strict: false })).not.toThrow();
  expect(() => mustBeOwnOrigin({ host: 'x' }, { publicUrl: undefined, strict: true })).toThrow(Problem);
});

test('the cookie of https is bound to the host, and is read back', () => {
  const cookie = sessionCookie({ open: 'abc-DEF_1' }, { https: true, lifeMs: 90_500 });
  expect(cookie).toBe('__Host-recert=abc-DEF_1; Path=/; Max-Age=90; HttpOnly; SameSite=Strict; Secure');
  expect(sessionIdOf({ cookie: 'a=b; __Host-recert=abc-DEF_1' })).toBe('abc-DEF_1');
  expect(sessionIdOf({ cookie: 'recert=x=y' })).toBeNull();
  expect(sessionIdOf({ cookie: 'recert=' })).toBeNull();
  expect(sessionIdOf({})).toBeNull();
});
