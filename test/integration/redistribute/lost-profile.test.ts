import { expect, it } from 'vitest';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { safetyLimitPolicyOf } from '../../../src/domain/redistribution/safety-limits/policy.js';
import { createLimitStore } from '../../../src/store/limits/limits.js';
import { createProfileStore } from '../../../src/store/profiles/profiles.js';
import { createTelemetry } from '../../../src/telemetry/bus.js';
import { LONG_TEST_MS } from '../../support/eventually.js';
import { type TestEnvironment, startEnvironment, WAITS } from './environment.js';

const DUE = 8;
const { blue, green, joinGreen, leaveBlue, oktaMacs } = SEEDED;

/** Someone edits a scope in Jamf Pro. */
function setScope(
  { simulator }: TestEnvironment,
  profile: number,
  targets: number[],
  exclusions: number[],
): void {
  const { profiles } = simulator.world;
  const scope = profiles.get(profile)?.scope;
  if (!scope) throw new Error(`no profile ${profile}`);
  profiles.update(profile, {
    scope: {
      ...scope,
      computerGroups: targets,
      exclusions: { ...scope.exclusions, computerGroups: exclusions },
    },
  });
}

/** The groups of Recert and what they mean in Jamf Pro after an edit that comes between the reading of a scope and the write. */
const EDITS: readonly [string, (environment: TestEnvironment) => void][] = [
  [
    'the groups of both profiles are exchanged',
    (environment) => {
      setScope(environment, blue, [oktaMacs], [joinGreen]);
      setScope(environment, green, [leaveBlue], []);
    },
  ],
  [
    'blue excludes both groups, and green excludes what it targets',
    (environment) => {
      setScope(environment, blue, [oktaMacs], [leaveBlue, joinGreen]);
      setScope(environment, green, [joinGreen], [joinGreen]);
    },
  ],
];

it.each(EDITS)(
  'a Mac that a write of Recert removes from the scope of both profiles opens the circuit breaker, and no second Mac follows: %s',
  async (_, edit) => {
    const environment = await startEnvironment({
      // The edit comes before the Mac receives a command.
      simulator: { fleet: { computers: 20, due: DUE, dueWithin: '5d' }, rhythm: { pushLatency: '20s' } },
      okta: { canary: [1, 5], waits: { ...WAITS, command: '10m', online: '1d' } },
    });
    const { simulator, redis, key, config, records, members, eventually, startWorker } = environment;
    const { world } = simulator;
    const limits = createLimitStore({ redis, key, telemetry: createTelemetry() });
    await startWorker();
    await eventually(() => members(joinGreen).length === 1);
    const [mac = 0] = members(joinGreen);
    edit(environment);
    expect([blue, green].map((id) => world.profiles.inScope(id, mac))).toEqual([false, false]);

    const breaker = async () => {
      const { watched: list } = await createProfileStore({ redis, key, config }).watchedProfiles('demo');
      const [profile] = list;
      if (!profile) return null;
      const policy = safetyLimitPolicyOf(profile.policy);
      return (await limits.safetyLimits('demo', 'okta', policy, Date.now())).breaker;
    };
    await eventually(async () => (await breaker()) !== null);
    expect(await breaker()).toMatchObject({
      reason: 'lost-profile',
      text: expect.stringContaining(`after Recert added it to group ${joinGreen}`) as string,
    });
    // No other Mac was written.
    await eventually(async () => {
      const others = (await records()).filter(({ computerId }) => computerId !== String(mac));
      return others.length === DUE - 1 && others.every(({ state }) => state === 'blocked');
    });
    expect(members(joinGreen)).toEqual([mac]);
    expect(members(leaveBlue)).toEqual([]);
  },
  LONG_TEST_MS,
);
