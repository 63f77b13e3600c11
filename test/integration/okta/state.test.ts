import { afterEach, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../../../simulator/index.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { readOkta } from '../../../src/application/okta/read-okta.js';
import { sweep } from '../../../src/application/inventory/sweeps/sweep.js';
import type { FleetDeps } from '../../../src/application/inventory/deps.js';
import { Secret } from '../../../src/config/values/secret.js';
import { oktaProfileOf } from '../../../src/domain/okta/profile.js';
import { createJamfClient } from '../../../src/jamf/create.js';
import { createOktaConnector } from '../../../src/okta/connector.js';
import { createServiceApp, oktaSettings } from '../../support/okta.js';
import { testFleet, type TestFleet } from '../fleet/support/fleet.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const { blue, green, joinGreen, leaveBlue } = SEEDED;
const app = createServiceApp();
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

/** A fleet that was read once, with the connector to Okta, on the clock of the simulator. */
async function start(): Promise<{
  simulator: Simulator;
  deps: FleetDeps;
  fleet: TestFleet;
  server: TestRedis;
}> {
  const server = await startTestRedis();
  undo.push(() => server.close());
  const simulator = await startSimulator({
    clock: 'manual',
    fleet: { computers: 6, due: 2, junk: 0, oddNames: 0, unmanaged: 0, outOfScope: 0 },
    http: { okta: app.simulated },
  });
  undo.push(() => simulator.close());
  const now = () => simulator.world.clock.now();
  const overlap = `{ blue: ${blue}, green: ${green}, joinGreen: ${joinGreen}, leaveBlue: ${leaveBlue} }`;
  const fleet = testFleet(server.url, { now, overlap });
  undo.push(() => fleet.close());
  const [prod] = Object.values(fleet.deps.instances);
  if (!prod) throw new Error('no instance');
  const settings = { ...prod, url: simulator.url, okta: oktaSettings(app, simulator.url, { every: '60s' }) };
  const auth = { clientId: 'recert', clientSecret: new Secret('recert-secret') };
  const jamf = createJamfClient({
    instance: 'prod',
    settings: { ...settings, auth },
    telemetry: fleet.deps.telemetry,
    now,
  });
  undo.push(() => jamf.close());
  const connector = createOktaConnector(settings.okta, now);
  const deps: FleetDeps = {
    ...fleet.deps,
    instances: { prod: settings },
    jamf: () => jamf,
    okta: () => connector,
  };
  await sweep(deps, { instance: 'prod', what: 'full' });
  return { simulator, deps, fleet, server };
}

const MINUTE_MS = 60_000;
const oktaOf = async ({ oktaStates }: FleetDeps) => {
  const state = await oktaStates.get('prod');
  const urls = [...(await oktaStates.secrets('prod')).values()].map(({ url }) => url);
  return state && oktaProfileOf('wifi', urls, state);
};

it('stores the configuration of a profile, its CA generation, and that it was not rolled over', async () => {
  const { simulator, deps } = await start();
  const { ca, clock } = simulator.world;
  await readOkta(deps, 'prod');
  expect(await oktaOf(deps)).toMatchObject({
    configuration: `${ca.configuration().id} (Jamf Pro: Macs)`,
    keyId: ca.generations()[0]?.keyId,
    caExpiresAt: ca.generations()[0]?.expiresAt,
    successor: null,
  });
  await clock.advance(MINUTE_MS);
  ca.renew();
  await readOkta(deps, 'prod');
  expect((await oktaOf(deps))?.successor?.keyId).toBe(ca.generations()[1]?.keyId);
  await clock.advance(MINUTE_MS);
  ca.rollOver();
  await readOkta(deps, 'prod');
  expect(await oktaOf(deps)).toMatchObject({ keyId: ca.generations()[1]?.keyId, successor: null });
});

it('names the Mac whose current certificate was revoked, until it has another one', async () => {
  const { simulator, deps } = await start();
  const { ca, clock, computers, profiles } = simulator.world;
  const certificates = computers.all().flatMap((computer) => {
    const own = simulator.world.mac(computer.id)?.keychain ?? [];
    return own
      .filter(({ profileId }) => profileId === blue)
      .map((certificate) => ({ computer, certificate }));
  });
  const { computer, certificate } = certificates[0] ?? {};
  expect(profiles.get(blue)).toBeDefined();
  ca.revoke(certificate?.serialNumber ?? '');
  await readOkta(deps, 'prod');
  expect((await oktaOf(deps))?.revoked).toEqual([`${computer?.name} (${computer?.serialNumber})`]);

  simulator.world.groups.changeMembers(joinGreen, { add: [computer?.id ?? 0] });
  simulator.world.actions.setOnline(computer?.id ?? 0, true);
  await clock.advance(10 * MINUTE_MS);
  simulator.world.actions.reportInventory(computer?.id ?? 0);
  await clock.advance(MINUTE_MS);
  await sweep(deps, { instance: 'prod', what: 'changed' });
  await readOkta(deps, 'prod');
  expect((await oktaOf(deps))?.revoked).toEqual([]);
});

it('keeps what it knows while Okta is away, waits as long as Okta asks, and says once that it cannot read', async () => {
  const { simulator, deps, fleet } = await start();
  const { clock } = simulator.world;
  await readOkta(deps, 'prod');
  const before = await oktaOf(deps);
  const put = (okta: object) =>
    fetch(`${simulator.controlUrl}/faults`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ okta }),
    });
  const calls = async () =>
    (await (
      await fetch(`${simulator.controlUrl}/requests?path=%5E/(api/v1/logs|pki/api)`)
    ).json()) as unknown[];
  await put({ rateLimited: 'requests' });
  await clock.advance(MINUTE_MS);
  await readOkta(deps, 'prod');
  const { length } = await calls();
  await readOkta(deps, 'prod');
  expect(await calls()).toHaveLength(length);
  expect(await oktaOf(deps)).toEqual(before);
  expect(fleet.told('fleet.okta-read')).toMatchObject([{ part: 'System Log' }]);

  await put({});
  await clock.advance(16 * MINUTE_MS);
  await readOkta(deps, 'prod');
  expect(fleet.told('fleet.okta-read')).toMatchObject([{}, { part: 'System Log', error: '' }]);
});

it('opens the circuit breaker for a reset secret once, and a person may close it', async () => {
  const { simulator, deps } = await start();
  const { ca, clock, profiles } = simulator.world;
  const policy = {
    breaker: { inARow: 3, sameError: 3, share: 0.2, of: 20 },
    canary: [],
    holdMs: 0,
    failingMs: 0,
  };
  const breaker = async () => (await deps.limits.safetyLimits('prod', 'wifi', policy, clock.now())).breaker;
  await readOkta(deps, 'prod');
  await clock.advance(MINUTE_MS);
  ca.resetChallenge();
  await readOkta(deps, 'prod');
  expect((await breaker())?.text).toContain(`profile ${blue} and ${green} in Jamf Pro still has the old one`);
  await deps.limits.closeBreaker('prod', 'wifi', clock.now());
  await clock.advance(MINUTE_MS);
  await readOkta(deps, 'prod');
  expect(await breaker()).toBeNull();

  ca.resetChallenge();
  await clock.advance(MINUTE_MS);
  await readOkta(deps, 'prod');
  expect((await breaker())?.reason).toBe('secret-reset');
  for (const id of [blue, green]) profiles.setChallenge(id, ca.challenge);
  await clock.advance(MINUTE_MS);
  await readOkta(deps, 'prod');
  expect(await breaker()).toBeNull();
});
