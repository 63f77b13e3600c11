import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../../src/config/load.js';
import { judgeConfiguration } from '../../../src/doctor/configuration.js';
import { createTestCa } from '../../integration/webhooks/certificates.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const HASH = '0'.repeat(64);

const HEADER = 'authentication: { type: header, headers: { X: hush-hush-hush-hush } }';

const faults = (
  more: string,
  { url = 'https://jamf.example.com', leaveBlue = 32, expires = '2026-11-23', webhooks = HEADER } = {},
) =>
  judgeConfiguration(
    parseConfig(
      `
redis: { url: 'redis://127.0.0.1:1' }
tokens: [{ name: a, role: viewer, sha256: '${HASH}', expires: ${expires} }]
instances:
  prod:
    url: ${url}
    auth: { clientId: recert, clientSecret: hush }
    webhooks: { ${webhooks} }
    profiles: { okta: { mode: act, overlap: { blue: 12, green: 13, joinGreen: 31, leaveBlue: ${leaveBlue} } } }
${more}`,
      { source: 'test.yaml', environment: {} },
    ),
    NOW,
  )
    .filter(({ level, check }) => level !== 'ok' && check !== 'notifications')
    .map(({ level, check, said }) => `${level} ${check}: ${said}`);

it('has no finding for a correct configuration', () => {
  expect(faults("http: { publicUrl: 'https://recert.example.com' }")).toEqual([]);
  expect(faults("http: { publicUrl: 'http://127.0.0.1:8080' }", { url: 'http://localhost:1' })).toEqual([]);
});

it.each<[string, string, Parameters<typeof faults>[1], string]>([
  [
    'Jamf over plain http',
    '',
    { url: 'http://jamf.example.com' },
    'warn address: the Jamf Pro URL uses http',
  ],
  ['tokens that have expired', '', { expires: '2026-11-22' }, 'warn tokens: all API tokens have expired'],
  [
    'a secret that can be guessed',
    '',
    { webhooks: 'authentication: { type: header, headers: { X: [hush-hush-hush-hush, hush] } }' },
    'warn webhook authentication: the secret is shorter than 16 characters',
  ],
  [
    'a public address without TLS',
    "http: { publicUrl: 'http://recert.example.com' }",
    {},
    'warn public address: http.publicUrl uses http',
  ],
])('reports %s', (_, more, change, fault) => {
  expect(faults(more, change)).toEqual([fault]);
});

it('reports a certificate of the receiver that expires soon or has expired', () => {
  const DAY_MS = 86_400_000;
  const certificate = (days: number) => {
    const to = NOW - Date.now() + days * DAY_MS;
    const { cert, key } = createTestCa('House CA').issue([['CN', 'recert']], { from: to - DAY_MS, to });
    return stringify({ http: { tls: { cert, key } } });
  };
  expect(faults(certificate(22))).toEqual([]);
  expect(faults(certificate(20))).toEqual([
    expect.stringMatching(/^warn tls: the certificate of the receiver expires on Dec 13 /),
  ]);
  expect(faults(certificate(-1))).toEqual([
    expect.stringMatching(/^fail tls: the certificate of the receiver expired on Nov 22 /),
  ]);
});
