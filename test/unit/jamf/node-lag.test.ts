import { OPEN } from '../../support/fence.js';
import { describe, expect, it } from 'vitest';
import { connect, failureOf, toldOf } from './support/client.js';
import type { Reply, Script, Seen } from './support/server.js';
import { Secret } from '../../../src/config/values/secret.js';
import type { JamfSettings } from '../../../src/jamf/settings.js';

const VERSION = 'GET /api/v1/jamf-pro-version';
const LIST = 'GET /api/v4/computers-inventory';
const GROUP = 'PUT /JSSResource/computergroups/id/5';
const TOKEN = 'POST /api/oauth/token';
const USER_TOKEN = 'POST /api/v1/auth/token';

/** Two cluster nodes behind a load balancer that honors its cookie. The other node accepts a token after `lagMs`. */
function cluster(
  lagMs: number,
  now: () => number,
  { cookies = true } = {},
): { script: Script; signIns: () => number } {
  const issue = (node: number) => {
    const token = `token-${issued.size + 1}`;
    issued.set(token, { node, at: now() });
    return token;
  };
  const issued = new Map<string, { node: number; at: number }>();
  let turn = 0;
  const on = (reply: (node: number, seen: Seen) => Reply) => (seen: Seen) => {
    const stuck = cookies ? /APBALANCEID=n(\d)/.exec(seen.headers.cookie ?? '')?.[1] : undefined;
    const node = stuck === undefined ? turn++ % 2 : Number(stuck);
    const headers = { date: new Date(now()).toUTCString(), 'set-cookie': `APBALANCEID=n${node}; Path=/` };
    return { headers, ...reply(node, seen) };
  };
  const guarded = (body: unknown) =>
    on((node, { headers }): Reply => {
      const token = issued.get((headers.authorization ?? '').slice('Bearer '.length));
      const known = token && (token.node === node || now() - token.at >= lagMs);
      return known ? { body } : { status: 401, body: { errors: [{ code: 'INVALID_TOKEN' }] } };
    });
  const script: Script = {
    [TOKEN]: on((node) => ({ body: { access_token: issue(node), expires_in: 1199 } })),
    [USER_TOKEN]: on((node) => ({
      body: { token: issue(node), expires: new Date(now() + 1_199_000).toISOString() },
    })),
    [VERSION]: guarded({ version: '11.30.1' }),
    [LIST]: guarded({ totalCount: 0, results: [] }),
    [GROUP]: guarded({}),
  };
  return { script, signIns: () => issued.size };
}

async function connectCluster(
  lagMs: number,
  { settings, ...options }: { cookies?: boolean; settings?: Partial<JamfSettings> } = {},
) {
  let now = () => 0;
  const { signIns, script } = cluster(lagMs, () => now(), options);
  const connected = await connect(script, { settings });
  now = () => connected.clock.now;
  return { ...connected, signIns };
}

describe('a token that another cluster node does not know yet', () => {
  it('is kept, and the calls go to the node that issued it: no read fails in two minutes', async () => {
    const { jamf, clock, signIns } = await connectCluster(20_000);
    for (let second = 0; second < 120; second += 1, clock.now += 1_000) await jamf.listComputers({}, 0);
    expect(signIns()).toBe(1);
  });

  it('keeps calls on one node only until it is a minute old', async () => {
    const { jamf, clock, server } = await connectCluster(20_000);
    for (let second = 0; second < 90; second += 1, clock.now += 1_000) await jamf.listComputers({}, 0);
    const cookies = server.of(LIST).map(({ headers }) => headers.cookie);
    expect(cookies.slice(0, 50)).toEqual(cookies.slice(0, 50).map(() => 'APBALANCEID=n0'));
    expect(cookies.slice(-25)).toEqual(cookies.slice(-25).map(() => undefined));
  });

  it('is kept after each renewal: no read fails in an hour, with a sign-in for each lifetime', async () => {
    const { jamf, clock, signIns } = await connectCluster(20_000);
    for (let at = 0; at < 3_600; at += 15, clock.now += 15_000) await jamf.listComputers({}, 0);
    expect(signIns()).toBe(4);
  });

  it('is kept for a user account', async () => {
    const settings = { auth: { username: 'admin', password: new Secret('canary-password') } };
    const { jamf, clock, signIns } = await connectCluster(20_000, { settings });
    for (let second = 0; second < 60; second += 1, clock.now += 1_000) await jamf.listComputers({}, 0);
    expect(signIns()).toBe(1);
  });

  it('is kept by twenty callers at once', async () => {
    const { jamf, signIns } = await connectCluster(20_000);
    await Promise.all(Array.from({ length: 20 }, () => jamf.listComputers({}, 0)));
    expect(signIns()).toBe(1);
  });

  it('is kept for a write too, which was not processed', async () => {
    const { jamf, server, signIns } = await connectCluster(20_000);
    await jamf.addToGroup('5', ['6'], OPEN);
    expect([server.of(GROUP).length, signIns()]).toEqual([2, 1]);
  });

  it('is kept if the load balancer sets no cookie that it honors', async () => {
    const { jamf, clock, signIns } = await connectCluster(20_000, { cookies: false });
    for (let second = 0; second < 60; second += 1, clock.now += 1_000) await jamf.listComputers({}, 0);
    expect(signIns()).toBe(1);
  });

  it('causes one retry event with a short wait', async () => {
    const connected = await connectCluster(20_000);
    await connected.jamf.version();
    expect(toldOf(connected, 'jamf.retry')).toEqual([
      { instance: 'production', call: 'server.version', status: '401', attempt: 1, waitMs: 250 },
    ]);
    expect(toldOf(connected, 'jamf.failed')).toEqual([]);
  });
});

describe('a new token that the node that issued it rejects as well', () => {
  it('is replaced once, after four attempts; then the error names both causes', async () => {
    const { jamf, server, clock } = await connect({ [VERSION]: { status: 401, body: { errors: [] } } });
    const error = await failureOf(jamf.version());
    expect(error).toMatchObject({ status: 401, retryable: true, inDoubt: false });
    expect(error.advice).toContain('cluster nodes may not know it yet');
    expect(error.advice).toContain('API client or the account');
    expect(server.of(TOKEN)).toHaveLength(2);
    expect(server.of(VERSION)).toHaveLength(5);
    expect(clock.waits).toEqual([250, 750, 2_000]);
  });
});
