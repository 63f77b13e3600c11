import { describe, expect, it } from 'vitest';
import { Socket } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookAuthentication } from '../../../src/config/sections/webhook-authentication.js';
import { Secret } from '../../../src/config/values/secret.js';
import { createAuthenticator } from '../../../src/webhooks/authenticate/authenticate.js';

/** By headers alone. */
function judge(authentication: WebhookAuthentication) {
  const deps = { isProxy: () => false, now: Date.now };
  const authenticator = createAuthenticator({ authentication, sources: [] }, deps);
  const socket = new Socket();
  return {
    ...authenticator,
    accepts: (headers: IncomingHttpHeaders) => authenticator.accepts({ headers, socket }),
    explain: (headers: IncomingHttpHeaders) => authenticator.explain({ headers, socket }),
  };
}

const secrets = (...values: string[]) => values.map((value) => new Secret(value));
const basicHeader = (text: string, encoding: BufferEncoding = 'utf8') =>
  `Basic ${Buffer.from(text, encoding).toString('base64')}`;
/** How Node gives a header value that was sent in UTF-8. */
const asReceived = (value: string) => Buffer.from(value, 'utf8').toString('latin1');

describe('basic', () => {
  const { accepts, challenge } = judge({
    type: 'basic',
    username: 'jamf',
    password: secrets('new: pass', 'old'),
  });

  it('accepts either password while one is being changed', () => {
    expect(accepts({ authorization: basicHeader('jamf:new: pass') })).toBe(true);
    expect(accepts({ authorization: basicHeader('jamf:old') })).toBe(true);
    expect(accepts({ authorization: basicHeader('jamf:old').replace('Basic', 'basic') })).toBe(true);
  });

  it.each([
    undefined,
    '',
    'Basic',
    'Basic !!!',
    'Bearer old',
    basicHeader('jamf:older'),
    basicHeader('jamf:'),
    basicHeader('other:old'),
    basicHeader('jamf'),
    'jamf:old',
  ])('refuses %j', (authorization) => {
    expect(accepts({ authorization })).toBe(false);
  });

  it('says how to authenticate', () => {
    expect(challenge['WWW-Authenticate']).toMatch(/^Basic /);
  });

  it('accepts letters beyond English in UTF-8 and in latin1', () => {
    const { accepts: takes } = judge({ type: 'basic', username: 'jamf', password: secrets('pässwörd') });
    expect(takes({ authorization: basicHeader('jamf:pässwörd') })).toBe(true);
    expect(takes({ authorization: basicHeader('jamf:pässwörd', 'latin1') })).toBe(true);
    expect(takes({ authorization: basicHeader('jamf:passwörd') })).toBe(false);
  });
});

describe('named headers', () => {
  const { accepts } = judge({
    type: 'header',
    headers: { 'X-Api-Key': secrets('one', 'two'), Token: secrets('tökèn') },
  });
  const token = asReceived('tökèn');

  it('accepts when every header is right, each in either value', () => {
    expect(accepts({ 'x-api-key': 'one', token })).toBe(true);
    expect(accepts({ 'x-api-key': 'two', token })).toBe(true);
  });

  it.each([
    {},
    { 'x-api-key': 'one' },
    { token },
    { 'x-api-key': 'three', token },
    { 'x-api-key': 'one', token: 'wrong' },
    { 'x-api-key': 'one, one', token },
    { 'x-api-key': '', token: '' },
    { 'x-api-key': 'ONE', token },
  ])('refuses %j', (headers) => {
    expect(accepts(headers)).toBe(false);
  });
});

describe('none', () => {
  it('accepts everything', () => {
    expect(judge({ type: 'none', acceptUnauthenticated: true }).accepts({})).toBe(true);
  });
});
