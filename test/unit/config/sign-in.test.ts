import { expect, test } from 'vitest';
import { ConfigError, parseConfig } from '../../../src/config/load.js';
import { summarize } from '../../../src/config/summary.js';

const HASH = `$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'A'.repeat(43)}`;

const parse = (signIn: string, http = 'http: { publicUrl: https://recert.example.com }') =>
  parseConfig(
    `
redis: { url: redis://127.0.0.1:1 }
${http}
signIn: ${signIn}
instances:
  prod:
    url: https://jamf.example.com
    auth: { clientId: a, clientSecret: b }
    webhooks: { authentication: { type: header, headers: { X-Api-Key: abcdefghijklmnop } } }
    profiles: {}
`,
    { source: 'test.yaml', environment: {} },
  );

const oidc = (more: string, issuer = 'https://example.okta.com') =>
  `{ oidc: { issuer: '${issuer}', clientId: c, clientSecret: the-secret, ${more} } }`;

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
  }
  return [];
}

test('sessions expire by default', () => {
  expect(parse('{}').signIn).toEqual({ idle: 2 * 3_600_000, life: 12 * 3_600_000 });
});

test('secrets are hidden when the configuration is printed', () => {
  const config = parse(`{ breakGlass: { hash: '${HASH}' } }`);
  expect(JSON.stringify(summarize(config))).not.toContain('scrypt');
  expect(JSON.stringify(summarize(parse(oidc('roles: { viewer: [a] }'))))).not.toContain('the-secret');
  expect(summarize(config)).toMatchObject({ signIn: { idle: '2h', breakGlass: { life: '1h' } } });
});

test.each([
  [() => parse(oidc('roles: { viewer: [a] }'), ''), 'signIn.oidc: needs http.publicUrl'],
  [() => parse(oidc('roles: {}')), 'signIn.oidc.roles: has no group'],
  [
    () => parse(oidc('roles: { viewer: [a] }', 'http://okta.example.com')),
    'signIn.oidc.issuer: must be an https',
  ],
  [
    () => parse("{ breakGlass: { hash: 'a plain password' } }"),
    'is not a hash from `recert break-glass hash`',
  ],
])('reports an invalid sign-in configuration: %#', (work, sentence) => {
  const problems = problemsOf(work);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(sentence);
  expect(problems[0]).not.toContain('a plain password');
});
