import { expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { safetyLimitPolicyOf } from '../../../src/domain/redistribution/safety-limits/policy.js';
import { createLimitStore } from '../../../src/store/limits/limits.js';
import { createOktaStore } from '../../../src/store/okta/okta.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { LONG_TEST_MS } from '../../support/eventually.js';
import { createServiceApp } from '../../support/okta.js';
import { OVERLAP, repeat, startEnvironment, WAITS } from './environment.js';

const DUE = 8;
const app = createServiceApp();

async function startWithReset({ connector }: { connector: boolean }) {
  const environment = await startEnvironment({
    simulator: { fleet: { computers: 12, due: DUE }, http: { okta: app.simulated } },
    ...(connector ? { connector: (url: string) => ({ ...app.configured(url), every: '1s' }) } : {}),
    okta: { overlap: { ...OVERLAP, settle: '1s' }, waits: WAITS, hourlyCap: 1000, canary: [2, 10] },
  });
  const policy = environment.config.instances['demo']?.profiles['okta'];
  if (policy === undefined) throw new Error('no profile');
  const limits = createLimitStore({ ...environment, telemetry: createTelemetry() });
  return {
    ...environment,
    breaker: async () =>
      (await limits.safetyLimits('demo', 'okta', safetyLimitPolicyOf(policy), Date.now())).breaker,
    refused: () =>
      environment.simulator.world.ca.log().filter(({ outcome }) => outcome === 'wrong-challenge').length,
    limits,
    secrets: () => createOktaStore(environment).secrets('demo'),
    resume: () => limits.closeBreaker('demo', 'okta', Date.now()),
  };
}

it(
  'with the connector, a secret that is reset stops the triggers before the first renewal fails, charges no attempt, and all Macs are renewed after both profiles have the new one',
  async () => {
    const { simulator, startWorker, records, issued, eventually, breaker, refused, secrets, limits } =
      await startWithReset({ connector: true });
    const { ca, profiles } = simulator.world;
    // Nothing is sent before the profiles were read and the secret was reset.
    await limits.pause('demo', { by: 'test', reason: 'test', at: Date.now() });
    const worker = await startWorker();
    await eventually(() => worker.said('fleet.swept').some(({ what }) => what === 'full'));
    ca.resetChallenge();
    await eventually(async () => (await breaker())?.reason === 'secret-reset');
    expect((await breaker())?.text).toContain(
      `the secret key of the SCEP configuration ${ca.configuration().id} was reset in Okta`,
    );
    await limits.resume('demo');
    await eventually(
      async () =>
        (await records()).filter(({ blocked }) => blocked?.reason === 'breaker-open').length === DUE,
    );
    expect(refused()).toBe(0);

    // One of the two profiles is not enough.
    profiles.setChallenge(SEEDED.blue, ca.challenge);
    const { at: resetAt } = ca.systemLog()[0] ?? { at: 0 };
    await eventually(async () => ((await secrets()).get(String(SEEDED.blue))?.since ?? 0) > resetAt);
    expect((await breaker())?.reason).toBe('secret-reset');
    profiles.setChallenge(SEEDED.green, ca.challenge);
    await eventually(async () => (await records()).every(({ closedAt }) => closedAt !== null));
    expect((await records()).map(({ state }) => state)).toEqual(repeat(DUE, 'verified'));
    expect(issued()).toEqual(repeat(DUE, 1));
    expect(refused()).toBe(0);
    expect(await breaker()).toBeNull();
  },
  LONG_TEST_MS,
);

it(
  'without the connector, the circuit breaker opens at the third failure, no attempt is charged to the Macs, and all are renewed after the fix and a resume',
  async () => {
    const { simulator, startWorker, records, issued, eventually, breaker, refused, resume, redistributions } =
      await startWithReset({ connector: false });
    const { ca, profiles } = simulator.world;
    ca.resetChallenge();
    await startWorker();
    await eventually(async () => (await breaker()) !== null);
    expect((await breaker())?.reason).toBe('same-error');
    await eventually(async () =>
      (await records()).every(
        ({ state, blocked }) => state === 'retry' || blocked?.reason === 'breaker-open',
      ),
    );
    expect(refused()).toBeGreaterThanOrEqual(3);
    const failed = (await records()).filter(({ attempts }) =>
      attempts.some(({ outcome }) => outcome === 'error'),
    );
    expect(failed.length).toBeGreaterThanOrEqual(3);
    const used = await Promise.all(
      failed.map(({ computerId }) => redistributions.attemptsSince('demo', 'okta', computerId, { since: 0 })),
    );
    expect(used).toEqual(repeat(failed.length, 0));

    for (const profile of [SEEDED.blue, SEEDED.green]) profiles.setChallenge(profile, ca.challenge);
    expect(await resume()).not.toBeNull();
    await eventually(async () => (await records()).every(({ closedAt }) => closedAt !== null));
    expect((await records()).map(({ state }) => state)).toEqual(repeat(DUE, 'verified'));
    expect(issued()).toEqual(repeat(DUE, 1));
  },
  LONG_TEST_MS,
);
