import { createHmac } from 'node:crypto';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../src/config/values/secret.js';
import type { SignatureSettings } from '../../../../src/config/sections/webhook-authentication.js';
import { signatureProof } from '../../../../src/webhooks/authenticate/signature.js';

const OLD = 'old-key-of-16-letters';
const NEW = 'new-key-ümlaut-16-letters';
const BODY = Buffer.from('{"webhook":{"name":"Bücher"}}');

const sign = (
  body: Buffer,
  {
    key = NEW,
    algorithm = 'sha256',
    encoding = 'hex',
  }: { key?: string; algorithm?: string; encoding?: 'hex' | 'base64' | 'base64url' } = {},
) => createHmac(algorithm, Buffer.from(key)).update(body).digest(encoding);

function judge(settings: Partial<SignatureSettings> = {}) {
  const proof = signatureProof({
    type: 'signature',
    secret: [new Secret(OLD), new Secret(NEW)],
    header: 'X-Signature',
    algorithm: 'sha256',
    encoding: 'hex',
    prefix: '',
    ...settings,
  });
  const socket = new Socket();
  return {
    /** The result before and after the body is read. */
    verdict: (signature: string | undefined, body = BODY) => {
      const headers = { 'x-signature': signature };
      return [proof.accepts({ headers, socket }), proof.acceptsBody?.(headers, body)];
    },
    explain: (headers: Record<string, string>) => proof.explain({ headers, socket }),
  };
}

/** RFC 4231, test case 2, whose key is shorter than Jamf Pro accepts. */
const RFC = { key: 'Jefe', body: 'what do ya want for nothing?' };
it.each([
  ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    'sha512',
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  ],
] as const)('a signature is the HMAC of RFC 4231: %s', (algorithm, signature) => {
  const { verdict } = judge({ algorithm, secret: [new Secret(RFC.key)] });
  expect(verdict(signature, Buffer.from(RFC.body))).toEqual([true, true]);
});

describe('a valid signature', () => {
  it.each<[string, Partial<SignatureSettings>, string]>([
    ['hex', {}, sign(BODY)],
    ['hex in capitals', {}, sign(BODY).toUpperCase()],
    ['the other secret', {}, sign(BODY, { key: OLD })],
    ['base64', { encoding: 'base64' }, sign(BODY, { encoding: 'base64' })],
    ['base64 without =', { encoding: 'base64' }, sign(BODY, { encoding: 'base64' }).replaceAll('=', '')],
    ['base64 for addresses', { encoding: 'base64' }, sign(BODY, { encoding: 'base64url' })],
    ['a prefix', { prefix: 'sha256=' }, `sha256=${sign(BODY)}`],
    ['SHA-512', { algorithm: 'sha512' }, sign(BODY, { algorithm: 'sha512' })],
    [
      'SHA-512 in base64',
      { algorithm: 'sha512', encoding: 'base64' },
      sign(BODY, { algorithm: 'sha512', encoding: 'base64' }),
    ],
  ])('is accepted: %s', (_, settings, signature) => {
    expect(judge(settings).verdict(signature)).toEqual([true, true]);
  });
});

describe('an invalid signature header', () => {
  it.each<[string, Partial<SignatureSettings>, string | undefined]>([
    ['none', {}, undefined],
    ['an empty one', {}, ''],
    ['one that is too short', {}, sign(BODY).slice(2)],
    ['one that is too long', {}, `${sign(BODY)}00`],
    ['something behind it', {}, `${sign(BODY)}zz`],
    ['two of them', {}, `${sign(BODY)}, ${sign(BODY)}`],
    ['one without its prefix', { prefix: 'sha256=' }, sign(BODY)],
    ['one with a prefix', {}, `sha256=${sign(BODY)}`],
    ['base64 where hex is asked for', {}, sign(BODY, { encoding: 'base64' })],
    ['hex where base64 is asked for', { encoding: 'base64' }, sign(BODY)],
    ['another hash', {}, sign(BODY, { algorithm: 'sha512' })],
  ])('is refused before the body is read: %s', (_, settings, signature) => {
    expect(judge(settings).verdict(signature)).toEqual([false, false]);
  });
});

it('a signature with another key, or of another body, is refused', () => {
  const { verdict } = judge();
  expect(verdict(sign(BODY, { key: 'another-key-of-16-letters' }))).toEqual([true, false]);
  expect(verdict(sign(BODY), Buffer.concat([BODY, Buffer.from('\n')]))).toEqual([true, false]);
  expect(verdict(sign(BODY), Buffer.from(BODY.toString('latin1'), 'utf8'))).toEqual([true, false]);
  expect(verdict(sign(Buffer.alloc(0)), Buffer.alloc(0))).toEqual([true, true]);
});

it('a rejection names the headers or the cause, without values', () => {
  const { explain } = judge();
  expect(explain({ host: 'hush', 'x-jamf-hmac': 'hush' })).toBe(
    'the request has no header x-signature; its headers are host, x-jamf-hmac',
  );
  expect(explain({ 'x-signature': 'hush' })).toBe('x-signature does not contain a sha256 signature in hex');
  expect(explain({ 'x-signature': 'ab'.repeat(32) })).toMatch(/the secret differs, or the body was changed/);
  expect(
    explain(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x-${index}`, '']))),
  ).toHaveLength('the request has no header x-signature; its headers are '.length + 500);
});
