import { afterEach, describe, expect, it } from 'vitest';
import type { FaultsInput } from '../../../simulator/http/faults/schema.js';
import { startSimulator, type ServerOptionsInput, type Simulator } from '../../../simulator/index.js';
import { createOktaConnector } from '../../../src/okta/connector.js';
import { configurationFor, successorOf } from '../../../src/domain/okta/match.js';
import type { OktaRead } from '../../../src/domain/okta/state.js';
import { createServiceApp, oktaSettings } from '../../support/okta.js';

const DAY_MS = 86_400_000;
const app = createServiceApp();
let simulator: Simulator;

async function start(okta: NonNullable<ServerOptionsInput['http']>['okta'] = {}) {
  simulator = await startSimulator({
    clock: 'manual',
    fleet: { computers: 3, due: 1 },
    http: { okta: { ...app.simulated, ...okta } },
  });
  return createOktaConnector(oktaSettings(app, simulator.url));
}

async function setFaults(faults: FaultsInput): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${simulator.controlUrl}/faults`, {
    method: 'PUT',
    headers,
    body: JSON.stringify(faults),
  });
  expect(response.status).toBe(200);
}

async function requests(path: string): Promise<{ status: number }[]> {
  const response = await fetch(`${simulator.controlUrl}/requests?path=${encodeURIComponent(path)}`);
  return (await response.json()) as { status: number }[];
}

function found<Found>(read: OktaRead<Found>): Found {
  if ('failed' in read) throw new Error(`not read: ${read.failed.text}`);
  return read.found;
}

const failed = (read: OktaRead<unknown>) => ('failed' in read ? read.failed : null);
const since = () => simulator.world.clock.now() - DAY_MS;

afterEach(() => simulator.close());

describe('sign-in', () => {
  it('repeats the first token request with the nonce of Okta, a new assertion and a new proof, and keeps the token', async () => {
    const okta = await start();
    found(await okta.authorities());
    expect((await requests('^/oauth2')).map(({ status }) => status)).toEqual([400, 200]);
    found(await okta.authorities());
    found(await okta.events({ cursor: null, since: since() }));
    expect(await requests('^/oauth2')).toHaveLength(2);
  });

  it('reads what the granted scopes allow', async () => {
    const okta = await start({ scopes: ['okta.logs.read'] });
    expect(failed(await okta.authorities())).toMatchObject({
      kind: 'not-available',
      text: expect.stringContaining('HTTP 403 E0000006') as string,
    });
    expect(found(await okta.events({ cursor: null, since: since() })).events).toEqual([]);
  });

  it('names a wrong key without showing it', async () => {
    await start();
    const settings = oktaSettings(createServiceApp(), simulator.url);
    const failure = failed(await createOktaConnector(settings).authorities());
    expect(failure).toMatchObject({ kind: 'refused' });
    expect(failure?.text).toBe(
      'Okta refused the sign-in of the service app (invalid_client). Check client ID, key, key ID and scopes',
    );
  });

  it('names the clock when it is off', async () => {
    const okta = await start();
    await setFaults({ okta: { clockAhead: 10 * 60_000 } });
    expect(failed(await okta.authorities())?.text).toContain(
      'The clock of this machine is 10 min behind the clock of Okta; correct it',
    );
  });

  it('works with an RSA key and without DPoP', async () => {
    const rsa = createServiceApp('rsa');
    await start({ ...rsa.simulated, dpop: false });
    const okta = createOktaConnector(oktaSettings(rsa, simulator.url));
    expect(found(await okta.authorities()).configurations).toHaveLength(1);
  });
});

describe('certificate authorities', () => {
  it('reads generations and SCEP configurations, before and after a roll-over', async () => {
    const okta = await start();
    const { ca, profiles } = simulator.world;
    const url = profiles.all().find(({ scep }) => scep)?.scep?.url ?? '';
    const before = found(await okta.authorities());
    expect(before.generations).toMatchObject([{ rotation: 'ACTIVE', family: 'DEVICE_ACCESS_OKTA_AS_CA' }]);
    const own = configurationFor(url, before);
    expect(own).toMatchObject({
      keyId: ca.generations()[0]?.keyId,
      caExpiresAt: ca.generations()[0]?.expiresAt,
    });
    expect(own && successorOf(own, before)).toBeNull();

    ca.renew();
    const renewed = found(await okta.authorities());
    const retiring = configurationFor(url, renewed);
    expect(retiring && successorOf(retiring, renewed)?.keyId).toBe(ca.generations()[1]?.keyId);
    expect(renewed.generations.map(({ rotation }) => rotation)).toEqual(['ACTIVE', 'RETIRING']);

    ca.rollOver();
    const rolled = found(await okta.authorities());
    expect(configurationFor(url, rolled)).toMatchObject({ keyId: ca.generations()[1]?.keyId });
  });

  it.each([
    ['feature-off', 'HTTP 401 E0000015'],
    ['forbidden', 'HTTP 403 E0000006'],
    ['not-found', 'HTTP 404 E0000007'],
  ] as const)('is not available: %s', async (authorities, text) => {
    const okta = await start();
    await setFaults({ okta: { authorities } });
    expect(failed(await okta.authorities())).toMatchObject({
      kind: 'not-available',
      text: expect.stringContaining(text) as string,
    });
    // The state of a feature is not a problem of the token, so the request is not repeated.
    expect(await requests('^/pki/api')).toHaveLength(1);
  });

  it.each(['sparse', 'other'] as const)('reads the spelling %s', async (spelling) => {
    const okta = await start();
    await setFaults({ okta: { spelling } });
    const { generations, configurations } = found(await okta.authorities());
    const [generation] = simulator.world.ca.generations();
    expect(generations).toMatchObject([{ keyId: generation?.keyId, expiresAt: generation?.expiresAt }]);
    expect(configurations).toMatchObject([{ keyId: generation?.keyId }]);
  });

  it.each(['requests', 'concurrency'] as const)(
    'waits as the rate limit demands: %s',
    async (rateLimited) => {
      const okta = await start();
      found(await okta.authorities());
      await setFaults({ okta: { rateLimited } });
      const failure = failed(await okta.authorities());
      expect(failure).toMatchObject({ kind: 'limited' });
      expect(failure?.waitMs).toBeGreaterThan(20_000);
      expect(failure?.waitMs).toBeLessThanOrEqual(60_000);
    },
  );

  it.each([
    [{ kind: 'html', status: 502 }, 'HTTP 502'],
    [{ kind: 'html', status: 200 }, 'the response is not JSON'],
  ] as const)('reports a response that is not from Okta: %o', async (fault, text) => {
    const okta = await start();
    await setFaults({ http: [{ path: '^/pki/api', ...fault }] });
    expect(failed(await okta.authorities())).toMatchObject({
      kind: 'away',
      text: expect.stringContaining(text) as string,
    });
  });
});

describe('System Log', () => {
  it('follows the log from the stored link, and reads each event once', async () => {
    const okta = await start();
    const { ca } = simulator.world;
    ca.resetChallenge();
    const first = found(await okta.events({ cursor: null, since: since() }));
    expect(first.events).toMatchObject([
      { type: 'device.platform.secret_key.reset', targetIds: [ca.configuration().id], words: [] },
    ]);
    const empty = found(await okta.events({ cursor: first.cursor, since: since() }));
    expect(empty.events).toEqual([]);
    ca.renew();
    const next = found(await okta.events({ cursor: empty.cursor, since: since() }));
    expect(next.events.map(({ type }) => type)).toEqual(['pki.ca.renew']);
  });

  it('starts anew when the link is refused, and never follows a link to another server', async () => {
    const okta = await start();
    simulator.world.ca.resetChallenge();
    const { cursor } = found(await okta.events({ cursor: null, since: since() }));
    await setFaults({ okta: { nextRefused: true } });
    expect(found(await okta.events({ cursor, since: since() })).events).toHaveLength(1);
    const elsewhere = 'http://127.0.0.1:9/api/v1/logs?after=1';
    expect(found(await okta.events({ cursor: elsewhere, since: since() })).events).toHaveLength(1);
  });

  it.each([
    ['forbidden', 'not-available'],
    ['timeout', 'away'],
  ] as const)('reports %s', async (log, kind) => {
    const okta = await start();
    await setFaults({ okta: { log } });
    expect(failed(await okta.events({ cursor: null, since: since() }))).toMatchObject({ kind });
  });
});
