import { describe, expect, it } from 'vitest';
import { Socket } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookAuthentication } from '../../../src/config/sections/webhook-authentication.js';
import { Secret } from '../../../src/config/values/secret.js';
import { createAuthenticator } from '../../../src/webhooks/authenticate/authenticate.js';

/** Checks the headers only. */
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
/** A header value that was sent in UTF-8, as Node.js returns it. */
const asReceived = (value: string) => Buffer.from(value, 'utf8').toString('latin1');

describe('basic authentication', () => {
  const { accepts, challenge } = judge({
    type: 'basic',
    username: 'jamf',
    password: secrets('new: pass', 'old'),
  });

  it('accepts the old and the new password during a rotation', () => {
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

  it('tells the client how to authenticate', () => {
    expect(challenge['WWW-Authenticate']).toMatch(/^Basic /);
  });

  it('accepts non-ASCII characters in UTF-8 and in latin1', () => {
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

  it('accept a request when every header has one of its values', () => {
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
  ])('refuse %j', (headers) => {
    expect(accepts(headers)).toBe(false);
  });
});

describe('no authentication', () => {
  it('accepts every request', () => {
    expect(judge({ type: 'none', acceptUnauthenticated: true }).accepts({})).toBe(true);
  });
});
