import { expect, test } from 'vitest';
import { cookieOf, setCookie } from '../../../src/api/http/cookies.js';
import { requireSameOrigin } from '../../../src/api/http/same-origin.js';
import { Problem } from '../../../src/contract/problem.js';

const publicUrl = 'https://recert.example.com';

test.each([
  [{ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example.com' }, true],
  [{ 'sec-fetch-site': 'none' }, false],
  [{ origin: 'https://recert.example.com', host: 'inner:8080' }, true],
  [{ origin: 'http://inner:8080', host: 'inner:8080' }, true],
  [{ origin: 'https://recert.example.com.evil.com', host: 'inner:8080' }, false],
  [{ origin: 'nonsense', host: 'nonsense' }, false],
])('%o is the same origin: %s', (headers, own) => {
  let refused = false;
  try {
    requireSameOrigin(headers, { publicUrl, strict: true });
  } catch (error) {
    refused = error instanceof Problem;
  }
  expect(refused).toBe(!own);
});

test('a request without an origin is accepted unless it has a cookie', () => {
  expect(() => requireSameOrigin({ host: 'x' }, { publicUrl: undefined, strict: false })).not.toThrow();
  expect(() => requireSameOrigin({ host: 'x' }, { publicUrl: undefined, strict: true })).toThrow(Problem);
});

test('the HTTPS cookie is bound to the host and accepted there only', () => {
  const cookie = setCookie('session', { open: 'abc-DEF_1', lifeMs: 90_500 }, true);
  expect(cookie).toBe('__Host-recert=abc-DEF_1; Path=/; Max-Age=90; HttpOnly; SameSite=Strict; Secure');
  expect(cookieOf('session', { cookie: 'a=b; __Host-recert=abc-DEF_1' }, true)).toBe('abc-DEF_1');
  expect(cookieOf('session', { cookie: 'recert=planted' }, true)).toBeNull();
  expect(cookieOf('session', { cookie: 'recert=laptop' }, false)).toBe('laptop');
  for (const none of ['recert=x=y', 'recert=', '', 'recert-attempt=x'])
    expect(cookieOf('session', { cookie: none }, false)).toBeNull();
});

test("the cookie of a login attempt is sent back by the provider's redirect, and deleted afterwards", () => {
  expect(setCookie('attempt', { open: 'sealed', lifeMs: 600_000 }, true)).toBe(
    '__Host-recert-attempt=sealed; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure',
  );
  expect(setCookie('attempt', 'close', false)).toBe(
    'recert-attempt=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax',
  );
});
