import { expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import type { Redistribution } from '../../../src/domain/redistribution/record.js';
import { createLimitStore } from '../../../src/store/limits/limits.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { safetyLimitPolicyOf } from '../../../src/domain/redistribution/safety-limits/policy.js';
import { repeat, OVERLAP, startEnvironment, WAITS } from './environment.js';
import { LONG_TEST_MS } from '../../support/eventually.js';

const DUE = 20;
/** Macs in the first wave of the canary, and in the second. */
const [FIRST, SECOND] = [2, 5];
/** Each of them makes this number of attempts while the circuit breaker is open, before the test accepts that it stays open. */
const FURTHER_LOOKS = 3;

it(
  'a challenge that is reset during the canary opens the circuit breaker at the third failure with the cause; no further certificate is issued; after the fix and a resume the other Macs are renewed',
  async () => {
    const environment = await startEnvironment({
      simulator: { fleet: { computers: 30, due: DUE } },
      okta: { overlap: { ...OVERLAP, settle: '1s' }, waits: WAITS, hourlyCap: 1000, canary: [FIRST, SECOND] },
    });
    const { records, issued, eventually } = environment;
    const policy = environment.config.instances['demo']?.profiles['okta'];
    if (policy === undefined) throw new Error('no profile');
    const limits = createLimitStore({ ...environment, telemetry: createTelemetry() });
    const rails = () => limits.safetyLimits('demo', 'okta', safetyLimitPolicyOf(policy), Date.now());
    const { ca, profiles } = environment.simulator.world;
    const asked = () => ca.log().map(({ outcome }) => outcome);

    await environment.startWorker();
    await environment.startWorker();
    // The second wave starts when inventory has shown the first one, so these are the last certificates.
    await eventually(() => issued().length === FIRST);
    ca.resetChallenge();
    await eventually(async () => (await records()).filter(isVerified).length === FIRST);

    await eventually(async () => {
      const rest = (await records()).filter((record) => !isVerified(record));
      return rest.length === DUE - FIRST && rest.every(({ blocked }) => blocked?.reason === 'breaker-open');
    });
    const told = (await rails()).breaker?.text ?? '';
    expect(told).toMatch(/^3 Macs failed with the same error \(okta\): /);
    expect(told).toContain('the challenge password is not valid');
    expect(told).toContain(
      'Check whether the SCEP challenge was reset in Okta, and compare it with the challenge in',
    );
    expect(told).toContain('Then run `recert resume`.');
    const waiting = (await records()).filter((record) => !isVerified(record));
    expect(new Set(waiting.map(({ blocked }) => blocked?.text))).toEqual(new Set([told]));
    const opened = () => environment.children.flatMap((child) => child.said('redistribution.breaker-opened'));
    await eventually(() => opened().length > 0);
    expect(opened()).toMatchObject([{ reason: 'same-error', text: told }]);
    const before = asked();
    const refused = before.length - FIRST;
    expect(issued()).toEqual(repeat(FIRST, 1));
    expect(refused).toBeGreaterThanOrEqual(3);
    // Each failure before the third passed its slot in the wave to another Mac.
    expect(refused).toBeLessThanOrEqual(SECOND + 2);

    // It stays open: each Mac has tried again, including the failed ones, and Macs and sweeps continued meanwhile.
    const looks = new Map(waiting.map(({ id, version }) => [id, version]));
    const swept = () => environment.children.flatMap((child) => child.said('fleet.swept')).length;
    const sweptBefore = swept();
    await eventually(async () => {
      const now = await records();
      return (
        swept() >= sweptBefore + 5 &&
        now.every(({ id, version }) => version >= (looks.get(id) ?? -Infinity) + FURTHER_LOOKS)
      );
    });
    expect(asked()).toEqual(before);

    for (const profile of [SEEDED.blue, SEEDED.green]) profiles.setChallenge(profile, ca.challenge);
    expect(await limits.closeBreaker('demo', 'okta', Date.now())).not.toBeNull();
    await eventually(async () => (await records()).every(({ closedAt }) => closedAt !== null));
    expect((await records()).map(({ state }) => state)).toEqual(repeat(DUE, 'verified'));
    expect(issued()).toEqual(repeat(DUE, 1));
    expect(asked().length).toBe(before.length + DUE - FIRST);
    expect((await rails()).breaker).toBeNull();
  },
  LONG_TEST_MS,
);

function isVerified({ state }: Redistribution): boolean {
  return state === 'verified';
}
