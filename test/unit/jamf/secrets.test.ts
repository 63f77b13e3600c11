import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/config/values/secret.js';
import { CLIENT_SECRET, connect, type Connected } from './support/client.js';
import type { Reply } from './support/server.js';

const TOKEN_VALUE = 'canary-access-token';
const CHALLENGE = 'canary-scep-challenge';
const PASSWORD = 'canary-password';
const BASIC = Buffer.from(`admin:${PASSWORD}`).toString('base64');
const CANARIES = [CLIENT_SECRET, TOKEN_VALUE, CHALLENGE, PASSWORD, BASIC];

/** Every text form of an error or an event. */
function everythingSaid(error: unknown, { told }: Connected): string {
  const forms =
    error instanceof Error ? [error.message, error.stack ?? '', String(error), String(error.cause)] : [];
  return [
    ...forms,
    JSON.stringify(error),
    inspect(error, { depth: 20, showHidden: true }),
    JSON.stringify(told),
  ].join('\n');
}

const TOKEN: Reply = {
  body: { access_token: TOKEN_VALUE, token_type: 'Bearer', expires_in: 600, scope: 's' },
};
const echo = CANARIES.join(' ');
const PROFILE = 'GET /JSSResource/osxconfigurationprofiles/id/12';
const withChallenge = {
  os_x_configuration_profile: {
    general: { id: 12, payloads: `<string>${CHALLENGE}</string>` },
    scope: 'odd',
  },
};

const FAULTS: [string, Reply][] = [
  [
    'a refusal that repeats everything',
    { status: 400, body: { errors: [{ code: 'X', field: '', description: echo }] } },
  ],
  ['a page that repeats everything', { status: 409, body: `<p>Error: ${echo}</p>` }],
  ['a page with a title that repeats everything', { status: 502, body: `<title>${echo}</title>` }],
  ['a text that repeats everything', { status: 500, body: echo }],
  ['401', { status: 401, body: { errors: [] } }],
  ['half a body', { body: withChallenge, half: true }],
  ['a cut connection', { cut: true }],
  ['a time-out', { hang: true }],
  ['an answer that is not understood', { body: withChallenge }],
  ['an answer that is no JSON', { body: `${CHALLENGE} ${echo}` }],
  ['an answer under a title that is a secret', { body: `<title>${echo}</title>` }],
];

/** The challenge is not a credential of Recert: it cannot be recognized if Jamf Pro quotes it in an error of a known form. */
const QUOTES_CHALLENGE = new Set([
  'a refusal that repeats everything',
  'a page that repeats everything',
  'a page with a title that repeats everything',
  'an answer under a title that is a secret',
]);

describe('secrets stay hidden', () => {
  it.each(FAULTS)('after %s', async (name, reply) => {
    const connected = await connect(
      { 'POST /api/oauth/token': TOKEN, [PROFILE]: reply },
      { settings: { timeout: 100 } },
    );
    const error: unknown = await connected.jamf.readProfile('12').catch((thrown: unknown) => thrown);
    const said = everythingSaid(error, connected);
    expect(said).toContain('profiles.read');
    const canaries = QUOTES_CHALLENGE.has(name)
      ? [CLIENT_SECRET, TOKEN_VALUE]
      : [CLIENT_SECRET, TOKEN_VALUE, CHALLENGE];
    for (const canary of canaries) expect(said).not.toContain(canary);
  });

  it.each(FAULTS)('when sign-in with an API client fails with %s', async (_, reply) => {
    const connected = await connect({ 'POST /api/oauth/token': reply }, { settings: { timeout: 100 } });
    const error: unknown = await connected.jamf.version().catch((thrown: unknown) => thrown);
    const said = everythingSaid(error, connected);
    expect(said).toContain('session.token');
    expect(said).not.toContain(CLIENT_SECRET);
  });

  it.each(FAULTS)('when sign-in with a user account fails with %s', async (_, reply) => {
    const auth = { username: 'admin', password: new Secret(PASSWORD) };
    const connected = await connect(
      { 'POST /api/v1/auth/token': reply },
      { settings: { timeout: 100, auth } },
    );
    const error: unknown = await connected.jamf.version().catch((thrown: unknown) => thrown);
    const said = everythingSaid(error, connected);
    expect(said).toContain('session.token');
    expect(said).not.toContain(PASSWORD);
    expect(said).not.toContain(BASIC);
  });

  it('when there is no connection', async () => {
    const connected = await connect({ 'POST /api/oauth/token': TOKEN });
    await connected.jamf.version();
    await connected.server.close();
    const error: unknown = await connected.jamf.readProfile('12').catch((thrown: unknown) => thrown);
    const said = everythingSaid(error, connected);
    expect(said).toContain('ECONNREFUSED');
    for (const canary of CANARIES) expect(said).not.toContain(canary);
  });
});

it('the payload of a profile is discarded when it is parsed', async () => {
  const general = { id: 12, name: 'Okta', uuid: 'U', level: 'System', payloads: CHALLENGE };
  const scope = { all_computers: true, exclusions: {} };
  const { jamf } = await connect({ [PROFILE]: { body: { os_x_configuration_profile: { general, scope } } } });
  expect(inspect(await jamf.readProfile('12'), { depth: 20 })).not.toContain(CHALLENGE);
});
