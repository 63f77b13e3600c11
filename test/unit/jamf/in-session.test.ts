import { expect, it } from 'vitest';
import { connect } from './support/client.js';
import type { Reply } from './support/server.js';

const VERSION = 'GET /api/v1/jamf-pro-version';
const good = (...cookies: string[]): Reply => ({
  body: { version: '11.30.1' },
  headers: { 'set-cookie': cookies },
});
const SIGN_IN: Reply = {
  body: { access_token: 't', expires_in: 600 },
  headers: { 'set-cookie': ['jpro-ingress=a; Path=/; HttpOnly', 'AWSALB=1; Path=/'] },
};

it('keeps the cookies of a session, starting with those of the node that issued the token', async () => {
  const { jamf, server } = await connect({
    'POST /api/oauth/token': SIGN_IN,
    [VERSION]: [good('AWSALB=2; Path=/'), good()],
  });
  await jamf.inSession(async (session) => {
    await session.version();
    await session.inSession((inner) => inner.version());
  });
  expect(server.of(VERSION).map(({ headers }) => headers.cookie)).toEqual([
    'jpro-ingress=a; AWSALB=1',
    'jpro-ingress=a; AWSALB=2',
  ]);
});

it('keeps no cookies outside of sessions, and never uses those of one session in another', async () => {
  const { jamf, server } = await connect({
    'POST /api/oauth/token': SIGN_IN,
    [VERSION]: good('AWSALB=9; Path=/'),
  });
  await jamf.version();
  await jamf.inSession((session) => session.version());
  await jamf.inSession((session) => session.version());
  await jamf.version();
  expect(server.of(VERSION).map(({ headers }) => headers.cookie)).toEqual([
    undefined,
    'jpro-ingress=a; AWSALB=1',
    'jpro-ingress=a; AWSALB=1',
    undefined,
  ]);
});

it('returns the result of the callback, or its error', async () => {
  const { jamf } = await connect({});
  await expect(jamf.inSession((session) => session.version())).resolves.toBe('11.30.1-t1780000000');
  await expect(jamf.inSession(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
});
