import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { FaultsInput } from '../../../simulator/http/faults/schema.js';
import { SEEDED } from '../../../simulator/world/seeded.js';
import { WORDS } from '../../../simulator/world/spelling.js';
import { assessHints } from '../../../src/application/inventory/assess-hints.js';
import { resultOf } from '../../../src/application/inventory/sweeps/sweep-full.js';
import { sweep } from '../../../src/application/inventory/sweeps/sweep.js';
import { isLow } from '../../../src/domain/health/coverage.js';
import { isOpenFall } from '../../../src/domain/health/fleet-fall.js';
import { failureOf, type SimulatedJamf, startSimulatedJamf } from '../jamf/support.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { type TestFleet, testFleet } from './support/fleet.js';
import { fakeJamf } from './support/jamf.js';

const MACS = 30;
const { blue, green, joinGreen, leaveBlue } = SEEDED;
const OVERLAP = `{ blue: ${blue}, green: ${green}, joinGreen: ${joinGreen}, leaveBlue: ${leaveBlue} }`;

let server: TestRedis;
let pretended: SimulatedJamf;
let fleet: TestFleet;
beforeAll(async () => {
  server = await startTestRedis();
});
beforeEach(async () => {
  pretended = await startSimulatedJamf(
    { fleet: { computers: MACS, due: 4, expired: 3, away: 0, unmanaged: 0, outOfScope: 0, junk: 0.5 } },
    { pageSize: 10 },
  );
  const { clock } = pretended.simulator.world;
  const jamf = Object.assign(fakeJamf(), { client: pretended.jamf });
  const opened = testFleet(server.url, { now: () => clock.now(), jamf, overlap: OVERLAP });
  onTestFinished(() => opened.close());
  await opened.redis.flushall();
  fleet = opened;
});
afterAll(() => server.close());

/** Reads the whole fleet with these faults. */
async function read(faults: FaultsInput) {
  await pretended.faults(faults);
  await pretended.simulator.world.clock.advance(1_000);
  const outcome = await sweep(fleet.deps, { instance: 'prod', what: 'full' });
  await assessHints(fleet.deps, 'prod');
  return {
    outcome,
    count: await fleet.deps.computers.count('prod'),
    states: await fleet.deps.computers.countStates('prod', 'wifi'),
    result: resultOf(await fleet.deps.cursors.readFull('prod')),
  };
}

const usual = { states: { expired: 3, unknown: 0 }, count: { known: MACS, retired: 0 } };

describe('the whole fleet is read, and irregularities are named', () => {
  test('without an irregularity', async () => {
    expect(await read({})).toMatchObject({
      outcome: { outcome: 'done' },
      ...usual,
      result: { setAside: [] },
    });
  });

  test('when records answer 500, alone and on their pages', async () => {
    const { outcome, count, result } = await read({ records: { failing: [7, 8, 23] } });
    expect(outcome).toMatchObject({ outcome: 'done', pages: 3 });
    expect(count).toEqual({ known: MACS - 3, retired: 0 });
    expect(result?.setAside).toEqual([7, 8, 23].map((id) => expect.stringContaining(String(id)) as unknown));
    expect(pretended.jamf.breakerState).toBe('closed');
  });

  test('when a Mac has no management ID: nothing is requested for it', async () => {
    expect(await read({ records: { withoutManagementId: [3] } })).toMatchObject(usual);
    const mac = await fleet.deps.computers.get('prod', '3');
    expect(mac?.managementId).toBe('');
    const query = { type: 'INSTALL_PROFILE', profileId: String(blue), sentAfter: 0 } as const;
    const error = await failureOf(
      pretended.jamf.findCommands({ ...query, managementId: mac?.managementId ?? 'none' }),
    );
    expect(error.message).toContain('the Mac has no management ID');
    expect((await pretended.requests()).filter(({ path }) => path.includes('mdm/commands'))).toEqual([]);
  });

  test('when expired certificates are INACTIVE', async () => {
    expect(await read({ records: { expiredInactive: true } })).toMatchObject(usual);
  });
});

describe('an empty response', () => {
  test.each([1, 0.5])(
    'without %d of the fleet retires no Mac, and is reported until it is resolved',
    async (hidden) => {
      await read({});
      expect(await read({ records: { hidden } })).toMatchObject(usual);
      expect(isOpenFall(await fleet.deps.cursors.readFall('prod'))).toBe(true);
      expect(await read({})).toMatchObject(usual);
      expect(isOpenFall(await fleet.deps.cursors.readFall('prod'))).toBe(false);
    },
  );
});

describe('low coverage is reported with the subjects in inventory', () => {
  test.each<[string, FaultsInput, RegExp]>([
    ['no certificate has an identity', { records: { withoutIdentity: 1 } }, / \(no private key\)$/u],
    ['all certificates have another subject', { records: { otherSubject: 1 } }, /^CN=device,O=Example$/u],
  ])('when %s', async (_, faults, subject) => {
    const { states, result } = await read(faults);
    expect(states).toMatchObject({ healthy: 0, due: 0, unknown: MACS });
    const coverage = result?.coverage['wifi'];
    expect(coverage).toMatchObject({ computers: MACS, known: 0 });
    expect(coverage?.subjects[0]?.subject).toMatch(subject);
    expect(isLow(coverage ?? { computers: 0, known: 0 }, 0.9)).toBe(true);
  });
});

/** Jamf Pro has sent green to a Mac, and the command has this state. */
function sendGreen(state: 'NOT_NOW' | 'ACKNOWLEDGED') {
  const { world } = pretended.simulator;
  world.groups.changeMembers(joinGreen, { add: [1] });
  const command = world.commands.ofComputer(1).find(({ type }) => type === 'INSTALL_PROFILE');
  if (!command) throw new Error('no command');
  command.state = state;
  const { managementId = '' } = world.computers.get(1) ?? {};
  const query = { type: 'INSTALL_PROFILE', profileId: String(green), sentAfter: 0, managementId } as const;
  return () => pretended.jamf.findCommands(query);
}

describe('the list of commands', () => {
  test.each(WORDS)('is read with the spelling %s', async (words) => {
    const find = sendGreen('NOT_NOW');
    await pretended.faults({ words });
    expect(await find()).toMatchObject([{ type: 'INSTALL_PROFILE', state: 'NOT_NOW' }]);
  });

  test.each<[string, FaultsInput]>([
    ['the server knows no INSTALL_PROFILE', { commands: { withoutInstallProfile: true } }],
    ['acknowledged commands are hidden', { commands: { hideAcknowledged: true } }],
  ])('is incomplete without an error when %s', async (_, faults) => {
    const find = sendGreen('ACKNOWLEDGED');
    expect(await find()).toHaveLength(1);
    await pretended.faults(faults);
    for (let call = 0; call < 3; call += 1) expect(await find()).toEqual([]);
    expect(pretended.jamf.breakerState).toBe('closed');
  });
});
